// Proves to whoever can write into the record that a public address ends at an api over that same record, and lets them in.
import { keys, type Redis } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { parseBody } from './body.js';
import { refusal, refuse } from './refusal.js';

export const EchoBody = v.strictObject({ nonce: v.pipe(v.string('a string'), v.regex(/^[\w-]{8,64}$/, 'a short word')) });
const UNKNOWN = refusal(404, 'unknown_nonce', 'Nobody has left anything here under that word.');

export function addEchoRoute(app: Api, { redis, door }: { redis: Redis; door: MiddlewareHandler<ApiEnv> }): void {
  app.post('/webhook/echo', door, async (c) => {
    const body = parseBody(c.req, c.var.body, EchoBody);
    if (!body.ok) return refuse(c, body);
    const left = await redis.get(keys.echo(body.value.nonce));
    return left === null ? refuse(c, UNKNOWN) : c.json({ status: 'ok', echo: left });
  });
}
