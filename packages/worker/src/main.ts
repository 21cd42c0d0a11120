// The worker's process: works until told to stop, then hands back what it holds.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exposition, gauge } from '@tars/core';
import { createProcessFigures, openHealth, runProcess } from '@tars/core/process';
import { startWorker, type Worker } from './worker.js';

const { values: flags } = parseArgs({
  options: { once: { type: 'boolean', default: false }, pool: { type: 'string' }, 'env-file': { type: 'string' } },
});

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const ownFigures = createProcessFigures('worker', version);

/** What happens to tasks is counted in Redis, for the api to show; here is what only this process knows. */
const figures = (worker: Worker, slots: number): string =>
  exposition([
    gauge('tars_worker_ready', 'Whether Redis hears of this worker.', [[{}, worker.ready() ? 1 : 0]]),
    gauge('tars_worker_own_slots', 'Places for tasks of this worker.', [
      [{ state: 'busy' }, worker.busy()],
      [{ state: 'free' }, Math.max(0, slots - worker.busy())],
    ]),
    ...ownFigures(),
  ]);

// The log's reader may go before the work is done.
process.stderr.on('error', () => {});

await runProcess({
  name: 'worker',
  envFile: flags['env-file'],
  overrides: {
    ...(flags.pool === undefined ? {} : { WORKER_POOL: flags.pool }),
    ...(flags.once ? { WORKER_CONCURRENCY: '1' } : {}),
  },
  async start({ config, endpoint, logger }) {
    if (config.anthropicApiKey === null)
      logger.error('ANTHROPIC_API_KEY is not set: this worker takes no task. Set it and start the worker again.');
    const worker = await startWorker({ config, endpoint, logger, ...(flags.once ? { tasks: 1 } : {}) });
    process.once('disconnect', worker.retire);
    process.channel?.unref();
    if (process.connected === false) worker.retire();
    const health = await openHealth(config, {
      isReady: worker.ready,
      metrics: () => figures(worker, config.workerConcurrency),
    }).catch(async (error: unknown) => {
      await worker.close();
      throw error;
    });
    logger.info('worker ready', { pool: config.workerPool, slots: config.workerConcurrency, roots: config.projectsRoots });
    return {
      done: worker.exhausted,
      async close() {
        health?.close();
        await worker.close();
      },
    };
  },
});
