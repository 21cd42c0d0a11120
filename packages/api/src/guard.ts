// What stands before every guarded route: who may enter, how often, with how large a body, and once per message.
import { within } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Redis } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { ApiContext, ApiEnv } from './api-env.js';
import { readBytes } from './body.js';
import type { Admitted, Door } from './door.js';
import { answers } from './health-routes.js';
import { createRateLimit, type Rate } from './rate-limit.js';
import { type Refusal, refuse, tooMany, unavailable } from './refusal.js';
import { createRemembered } from './remembered.js';

/** No request hangs longer, whatever happens to Redis meanwhile; a cancel alone may use two seconds of it. */
const ANSWER_MS = 2_800;
/** Bearers: far above what people and workflows do, far below what hurts. Strangers: a wrong token is a mistake once, and guessing after that. */
export const RATES: Rates = { bearers: { perSecond: 100, burst: 500 }, strangers: { perSecond: 1 / 6, burst: 20 } };
/** What came through no socket was handed over by the host itself. */
const HOST = 'host';

export type Rates = {
  /** Of each token's holder; this machine itself is not counted. */
  bearers: Rate;
  /** Of each address that shows no valid token. */
  strangers: Rate;
};

export type GuardUse = {
  /** The header that names a message, which counts once however often it comes. */
  onceBy?: string;
  /** As JSON unless told otherwise. */
  tellRefusal?: typeof refuse;
};

export type GuardOptions = { redis: Redis; clock: () => number; rates: Rates | undefined; logger: Logger };

/** Makes the middleware of one door; every guarded route names it itself, so no spelling of a path leads around it. */
export function createGuards({
  redis,
  clock,
  rates = RATES,
  logger,
}: GuardOptions): (door: Door, use?: GuardUse) => MiddlewareHandler<ApiEnv> {
  const bearers = createRateLimit(rates.bearers, clock);
  const strangers = createRateLimit(rates.strangers, clock);
  const remembered = createRemembered(redis);

  const enter = async (door: Door, c: ApiContext): Promise<(Admitted & { body: Buffer }) | Refusal> => {
    const peer = c.env?.incoming?.socket.remoteAddress ?? HOST;
    const refused = (refusal: Refusal): Refusal => {
      const wait = strangers.take(peer);
      return wait === null ? refusal : tooMany(wait);
    };
    const byHeaders = door.admit({ request: c.req.raw, incoming: c.env?.incoming, visit: c.env?.visit });
    if (byHeaders !== 'unsigned' && !byHeaders.ok) return refused(byHeaders);
    const strangersWait = byHeaders === 'unsigned' ? strangers.waitOf(peer) : null;
    if (strangersWait !== null) return tooMany(strangersWait);
    // Only now is anything read that a stranger may have sent for no other purpose than to be read.
    const read = await readBytes(c.req);
    if (!read.ok) return read;
    const admitted = byHeaders === 'unsigned' ? door.admitSigned(c.req.raw.headers, read.bytes, clock()) : byHeaders;
    if (!admitted.ok) return refused(admitted);
    const wait = admitted.isHere ? null : bearers.take(admitted.as);
    return wait === null ? { ...admitted, body: read.bytes } : tooMany(wait);
  };

  return (door, { onceBy, tellRefusal = refuse } = {}) =>
    async (c, next) => {
      const entered = await enter(door, c);
      if (!entered.ok) {
        logger.warn('Refused a request', { route: c.req.routePath, request_id: c.var.requestId, reason: entered.reason });
        return tellRefusal(c, entered);
      }
      c.set('body', entered.body);
      c.set('credential', entered.as);
      const message = onceBy === undefined ? undefined : c.req.header(onceBy);
      const answer = async (): Promise<Response> => {
        await next();
        return c.res;
      };
      try {
        // A handler's own failure goes to `onError`; what is caught here is a Redis that is gone or does not answer.
        const given = await within(
          ANSWER_MS,
          'Redis',
          answers(redis).then(() => (message === undefined ? answer() : remembered.once(message, entered.body, answer))),
        );
        if ('reason' in given) return tellRefusal(c, given);
        if (given !== c.res) c.res = given;
      } catch (error) {
        logger.warn('A request was not answered', { route: c.req.routePath, request_id: c.var.requestId, error });
        return tellRefusal(c, unavailable());
      }
    };
}
