// The worker's process: works until told to stop, then hands back what it holds.
import { parseArgs } from 'node:util';
import { openHealth, runProcess } from '@tars/core/process';
import { startWorker } from './worker.js';

const { values: flags } = parseArgs({
  options: { once: { type: 'boolean', default: false }, pool: { type: 'string' }, 'env-file': { type: 'string' } },
});

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
    const health = await openHealth(config, { isReady: worker.ready }).catch(async (error: unknown) => {
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
