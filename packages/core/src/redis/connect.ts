// A connection to the record that fails soon at the start and patiently reconnects later.
import { createClient } from '@redis/client';
import { within } from '../deferred.js';
import { endpointName, type RedisEndpoint, recordOptions } from './endpoint.js';
import { keepHeard } from './keep-heard.js';

/** For the first connection, greeting included: a server that accepts and never answers counts as not there. */
const ANSWER_MS = 2_000;
/** For a connection that is made anew and then neither says anything nor is told anything. */
const IDLE_MS = 10_000;

const make = (endpoint: RedisEndpoint, reconnect: (retries: number) => number | false, isStarted: () => boolean) => {
  const options = recordOptions(endpoint);
  return createClient({
    ...options,
    socket: {
      ...options.socket,
      connectTimeout: ANSWER_MS,
      socketTimeout: IDLE_MS,
      reconnectStrategy: (retries: number) => (isStarted() ? reconnect(retries) : false),
    },
    // Without this a command sent while Redis is away would wait without limit.
    disableOfflineQueue: true,
  } as Parameters<typeof createClient>[0]);
};
export type Redis = ReturnType<typeof make>;

export class RedisUnreachableError extends Error {
  readonly code = 'redis_unreachable';
  constructor(endpoint: RedisEndpoint, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Redis does not answer at ${endpointName(endpoint)} (${why}). Start it, or set REDIS_URL (or REDIS_HOST and REDIS_PORT).`, {
      cause,
    });
  }
}

/** Connects, or throws `RedisUnreachableError` after one try. Later losses are told to `onError` and mended in the background. */
export async function connectRedis(endpoint: RedisEndpoint, onError: (error: Error) => void = () => {}): Promise<Redis> {
  let started = false;
  const client = make(
    endpoint,
    (retries) => Math.min(50 * 2 ** Math.min(retries, 6), 2_000),
    () => started,
  );
  client.on('error', (error: Error) => {
    if (started) onError(error);
  });
  try {
    await within(
      ANSWER_MS,
      'Redis',
      client.connect().then(() => client.ping()),
    );
  } catch (cause) {
    if (client.isOpen) client.destroy();
    throw new RedisUnreachableError(endpoint, cause);
  }
  started = true;
  keepHeard(client, onError);
  return client;
}
