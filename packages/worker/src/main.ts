// The worker's process. Its first runner is started before anything else is loaded, and loads meanwhile.
import { parseArgs } from 'node:util';
import { keepSpareRunner } from './supervisor/spare-runner.js';

const { values: flags } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    pool: { type: 'string' },
    'env-file': { type: 'string' },
    'from-host': { type: 'boolean', default: false },
  },
});

// A host hands every setting over in the environment; elsewhere it must be read first whether there is a key at all.
const { ANTHROPIC_API_KEY, ANTHROPIC_API_KEY_FILE } = process.env;
const hasKey = Boolean(ANTHROPIC_API_KEY || ANTHROPIC_API_KEY_FILE);
const spare = flags['from-host'] && hasKey ? keepSpareRunner() : undefined;

const { work } = await import('./work.js');
await work(flags, spare);
