// What load balancers and operators ask without a key: is it alive, may it get work, which version.
import { within } from '@tars/core';
import type { Redis } from '@tars/core/redis';
import type { Api } from './api-env.js';
import { refuse, unavailable } from './refusal.js';
import { version } from './version.js';

const PING_MS = 1_000;

/** Rejects when Redis is gone, or does not answer at once. */
export async function answers(redis: Redis): Promise<void> {
  await within(PING_MS, 'Redis', redis.ping());
}

export function addHealthRoutes(app: Api, redis: Redis): void {
  app.get('/livez', (c) => c.json({ status: 'ok' }));
  app.get('/version', (c) => c.json({ name: 'tars-api', version }));
  app.get('/readyz', async (c) => {
    try {
      await answers(redis);
      return c.json({ status: 'ok' });
    } catch {
      return refuse(c, unavailable());
    }
  });
}
