// A Redis for this installation alone, on a socket in the state directory's name, brought back should it die.
import type { Logger } from '@tars/core/log';
import { type PrivateRedis, publishPrivateRedis, type RedisEndpoint } from '@tars/core/redis';
import { takeCharge } from './adopted-redis.js';

export type OwnRedis = {
  endpoint: RedisEndpoint;
  /** To be told whenever a connection fails: a server that is dead is started again, on the data it had. */
  revive(): void;
  close(): Promise<void>;
};

/** This user's other processes find it in the state directory while it runs. */
export async function ownRedis(server: PrivateRedis, stateDir: string, logger: Logger): Promise<OwnRedis> {
  const [letGo, withdraw] = await Promise.all([takeCharge(server.endpoint), publishPrivateRedis(stateDir, server.endpoint.path)]);
  let reviving: Promise<void> | undefined;
  let closing = false;

  const restart = async (): Promise<void> => {
    try {
      await server.restart();
      logger.warn('The private Redis had died and is back, with everything it held');
    } catch (error) {
      logger.error('The private Redis died and does not start again', { error });
    }
  };
  return {
    endpoint: server.endpoint,
    revive() {
      if (closing || reviving !== undefined || isAlive(server.pid)) return;
      reviving = restart().finally(() => {
        reviving = undefined;
      });
    },
    async close() {
      closing = true;
      await reviving;
      letGo();
      await withdraw();
      await server.close();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
