// What `up` and `run` begin before the rest of them is loaded: it takes its time, and needs nothing of the rest.

import { discoverRedis } from '@tars/core/find-redis';
import type { LogFields } from '@tars/core/log';
import { type Begun, beginAhead } from '../embed/ahead.js';
import type { Settings } from './settings.js';

/** Uses the Redis that is there; only where none is configured and none answers a private one is started. */
export function begin({ env, config }: Settings): Begun {
  const endpoint = discoverRedis(config.redis, config.stateDir);
  // There is nothing to say as long as all is well, and then no log is needed yet.
  const error = (msg: string, fields?: LogFields) => void import('./log.js').then(({ logOf }) => logOf(config).error(msg, fields));
  return beginAhead({ env, config, endpoint, hasWorker: true, logger: { error } });
}
