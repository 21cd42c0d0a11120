// The audit trail to read: who asked for what, of which task, when and from where.
import { parseSince, viewAudit } from '@tars/core';
import type { AuditLog } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from './api-env.js';
import { refusal, refuse } from './refusal.js';

const BAD_SINCE = refusal(
  400,
  'bad_since',
  'since must be a date such as 2026-03-01 or 2026-03-01T10:00Z, or how long ago: 30m, 2h, 3d, 1w.',
);

export type AuditRoute = { audit: AuditLog; clock: () => number; door: MiddlewareHandler<ApiEnv> };

export function addAuditRoute(app: Api, { audit, clock, door }: AuditRoute): void {
  app.get('/api/audit', door, async (c) => {
    const said = c.req.query('since');
    const since = said === undefined ? 0 : parseSince(said, clock());
    if (since === null) return refuse(c, BAD_SINCE);
    return c.json({ entries: (await audit.read({ since })).map(viewAudit) });
  });
}
