// A worker started by its host before there is a Redis: what it needs meanwhile it begins, and the host says where Redis is.
import type { RedisEndpoint } from '@tars/core/redis';

/** What the host says over the channel, once. */
export type HostWord = { endpoint: RedisEndpoint };

/** A host that goes before it has spoken takes this process with it: nothing was begun that anybody waits for. */
export function toldByHost(): Promise<RedisEndpoint> {
  const leave = () => process.exit(0);
  process.once('disconnect', leave);
  // It may have gone while this was loaded.
  if (!process.connected) leave();
  return new Promise((resolve) => {
    process.once('message', ({ endpoint }: HostWord) => {
      process.off('disconnect', leave);
      resolve(endpoint);
    });
  });
}
