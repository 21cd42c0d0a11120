// Everything of TARS in and below this process, for `up` and `run`.
import { createRedactor } from '@tars/core';
import { captureConsole, createLogger } from '@tars/core/log';
import { discoverRedis } from '@tars/core/redis';
import { type Embedded, type EmbeddedPart, startEmbedded } from '../embed/embedded.js';
import type { Settings } from './settings.js';

/** Uses the Redis that is there; only where none is configured and none answers a private one is started. */
export async function compose({ env, config, warnings }: Settings, parts: readonly EmbeddedPart[]): Promise<Embedded> {
  const logger = createLogger({
    service: 'tars',
    level: config.logLevel,
    format: config.logFormat,
    redact: createRedactor(config.secrets),
  });
  captureConsole(logger);
  const endpoint = await discoverRedis(config.redis, config.stateDir);
  const embedded = await startEmbedded({ env, config, endpoint, parts, logger });
  return { ...embedded, warnings: [...warnings, ...embedded.warnings] };
}
