// Whether Redis keeps what it is given.
import type { Redis } from './connect.js';

/** False when it may forget or throw away; null when it does not let itself be asked. */
export async function isDurable(redis: Redis): Promise<boolean | null> {
  const info = await redis.info().catch(() => null);
  if (info === null) return null;
  const said = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  // A service may answer and leave out what it does not want to be asked.
  if (said('aof_enabled') === undefined || said('maxmemory_policy') === undefined) return null;
  return said('aof_enabled') === '1' && said('maxmemory_policy') === 'noeviction' && said('aof_last_write_status') !== 'err';
}
