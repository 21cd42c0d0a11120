// The notifier's process: tells of every task until told to stop.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { within } from '@tars/core';
import { createProcessFigures, openHealth, runProcess } from '@tars/core/process';
import { connectRedis, createTaskStore } from '@tars/core/redis';
import { metrics } from './metrics.js';
import { startNotifier } from './start.js';

const PING_MS = 1_000;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const ownFigures = createProcessFigures('notifier', version);

const { values: flags } = parseArgs({ options: { 'env-file': { type: 'string' } } });

await runProcess({
  name: 'notifier',
  envFile: flags['env-file'],
  async start({ config, endpoint, logger }) {
    const redis = await connectRedis(endpoint, (error) => logger.debug('Redis connection lost', { error }));
    const notifier = await startNotifier({ redis, store: createTaskStore(redis), config, logger });
    const isReady = () =>
      within(PING_MS, 'Redis', redis.ping()).then(
        () => true,
        () => false,
      );
    const health = await openHealth(config, { isReady, metrics: () => metrics(redis, notifier.tallies, Date.now(), ownFigures()) }).catch(
      async (error: unknown) => {
        await notifier.close();
        redis.destroy();
        throw error;
      },
    );
    logger.info('notifier ready', { n8n: config.updatesUrl !== null, discord: config.discordWebhookUrl !== null });
    return {
      async close() {
        health?.close();
        await notifier.close();
        redis.destroy();
      },
    };
  },
});
