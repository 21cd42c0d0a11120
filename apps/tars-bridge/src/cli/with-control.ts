// Runs one command against the record that is already there, and lets go of it at the end.
import { type Control, discoverRedis, openControl } from '@tars/core/redis';
import { EXIT, Stop } from './exit-code.js';
import type { Settings } from './settings.js';
import { note, type Terminal } from './terminal.js';

export async function withControl<T>({ config }: Settings, terminal: Terminal, work: (control: Control) => Promise<T>): Promise<T> {
  const endpoint = await discoverRedis(config.redis, config.stateDir);
  if (endpoint === null) {
    throw new Stop(
      EXIT.noRedis,
      'No Redis was found. Run `tars up` first, start a redis-server, or set REDIS_URL (or REDIS_HOST and REDIS_PORT).',
    );
  }
  let told = false;
  const control = await openControl({
    config,
    endpoint,
    onError: () => {
      if (!told) note(terminal, 'Redis went away; waiting for it.');
      told = true;
    },
  });
  try {
    return await work(control);
  } finally {
    await control.close();
  }
}
