// tars worker: a worker alone, as its own package runs it.
import { ENV_FILE, HELP } from './command.js';
import { delegatingCommand } from './delegate.js';

export const worker = delegatingCommand({
  usage: 'worker [--once] [--pool P]',
  details: ['Works on tasks until stopped; what it holds then is taken up by the next worker.'],
  options: {
    help: HELP,
    once: { type: 'boolean', help: 'Work on one task, then end.' },
    pool: { type: 'string', value: 'P', help: 'Serve this pool, instead of WORKER_POOL.' },
    'env-file': ENV_FILE,
  },
  packageName: '@tars/worker',
  bin: 'tars-worker',
});
