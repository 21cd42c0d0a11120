// What load balancers and operators ask without a key: is it alive, may it get work, which version.
import { within } from '@tars/core';
import type { Redis } from '@tars/core/redis';
import type { Api } from './api-env.js';
import { refuse, unavailable } from './refusal.js';
import { version } from './version.js';

const PING_MS = 1_000;

export function addHealthRoutes(app: Api, redis: Redis): void {
  app.get('/livez', (c) => c.json({ status: 'ok' }));
  app.get('/version', (c) => c.json({ name: 'tars-api', version }));
  app.get('/readyz', async (c) => {
    try {
      await within(PING_MS, 'Redis', redis.ping());
      return c.json({ status: 'ok' });
    } catch {
      return refuse(c, unavailable());
    }
  });
}
