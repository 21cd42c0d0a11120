// Everything the doctor looks at, in the order in which it is best mended. Nothing is changed; a test update is sent unless told otherwise.
import { alive } from '@tars/core/redis';
import type { Settings } from '../settings.js';
import { checkClock } from './clock.js';
import { checkCost } from './cost.js';
import { checkDiscord } from './discord.js';
import { about, type Finding } from './finding.js';
import { checkCode, checkKept, checkKeys, checkPort, checkSandbox, checkStateDir } from './machine.js';
import { checkModel } from './model.js';
import { checkNotifier } from './notifier.js';
import { checkRedis } from './redis.js';
import { checkReturnPath } from './return-path.js';
import { checkAddress } from './updates.js';
import { checkWorkers } from './workers.js';

export async function examine({ config, warnings }: Settings, { isSilent }: { isSilent: boolean }): Promise<Finding[]> {
  const { redis, findings } = await checkRedis(config);
  try {
    const workers = redis === null ? [] : await alive(redis, 'worker');
    const [model, clock, address, discord, notifier, port, sandbox, returnPath, cost, kept] = await Promise.all([
      checkModel(
        config,
        workers.some(({ key }) => key),
      ),
      checkClock(redis, config),
      checkAddress(config, isSilent),
      checkDiscord(config),
      redis === null ? [] : checkNotifier(redis, config, Date.now()),
      checkPort(config),
      checkSandbox(config),
      checkReturnPath(config, redis),
      checkCost(config, redis, Date.now()),
      checkKept(config),
    ]);
    return [
      ...checkSettings(warnings),
      ...findings,
      model,
      cost,
      ...clock,
      ...(redis === null ? [] : checkWorkers(workers)),
      sandbox,
      ...address,
      ...discord,
      ...notifier,
      checkCode(config),
      checkKeys(config),
      checkStateDir(config),
      kept,
      port,
      returnPath,
    ];
  } finally {
    redis?.destroy();
  }
}

/** What parsing has noticed; that the address of n8n is a test address has a finding of its own. */
const checkSettings = (warnings: readonly string[]): Finding[] =>
  warnings
    .filter((warning) => !warning.includes('/webhook/'))
    .map((warning) => about('settings').note(warning, 'Correct it in the environment or in .env.'));
