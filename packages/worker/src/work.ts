// The worker at work until told to stop; then it hands back what it holds.
import { readFileSync } from 'node:fs';
import { exposition, gauge } from '@tars/core';
import { createProcessFigures, openHealth, type ProcessStart, runProcess } from '@tars/core/process';
import type { SpareRunner } from './supervisor/spare-runner.js';
import { toldByHost } from './told-by-host.js';
import { type Begun, beginWorker, startWorker, type Worker } from './worker.js';

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

export type Flags = { once: boolean; pool?: string | undefined; 'env-file'?: string | undefined; 'from-host': boolean };

/** `spare`: a runner that was started already. */
export async function work(flags: Flags, spare: SpareRunner | undefined): Promise<void> {
  // The log's reader may go before the work is done.
  process.stderr.on('error', () => {});

  let begun: Begun | undefined;
  /** Its host has perhaps no Redis yet; what needs none need not wait for it. */
  const beginAhead = ({ config, logger }: Pick<ProcessStart, 'config' | 'logger'>) => {
    begun = beginWorker(config, logger, spare);
    return toldByHost();
  };

  try {
    await runProcess({
      name: 'worker',
      envFile: flags['env-file'],
      overrides: {
        ...(flags.pool === undefined ? {} : { WORKER_POOL: flags.pool }),
        ...(flags.once ? { WORKER_CONCURRENCY: '1' } : {}),
      },
      ...(flags['from-host'] ? { findRedis: beginAhead } : {}),
      async start({ config, endpoint, logger }) {
        if (config.anthropicApiKey === null)
          logger.error('ANTHROPIC_API_KEY is not set: this worker takes no task. Set it and start the worker again.');
        const worker = await startWorker({ config, endpoint, logger, begun, ...(flags.once ? { tasks: 1 } : {}) });
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
  } finally {
    // Where no worker came of it nobody has closed it.
    spare?.close();
  }
}
