// A Lua script by its hash, sent whole when Redis (restarted, flushed) no longer knows it.
import { createHash } from 'node:crypto';
import type { Redis } from './connect.js';

export type Script<Reply> = (redis: Redis, keys: string[], args: string[]) => Promise<Reply>;

export function script<Reply>(source: string): Script<Reply> {
  const sha = createHash('sha1').update(source).digest('hex');
  return async (redis, keys, args) => {
    const options = { keys, arguments: args };
    try {
      return (await redis.evalSha(sha, options)) as Reply;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return (await redis.eval(source, options)) as Reply;
    }
  };
}
