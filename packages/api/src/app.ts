// The api as a value: `fetch(Request) → Response`, tested without a port, mounted anywhere.
import { within } from '@tars/core';
import { isConnectionLoss } from '@tars/core/redis';
import { Hono, type MiddlewareHandler } from 'hono';
import { addAnswerRoute } from './answer-route.js';
import type { Api, ApiDeps, ApiEnv } from './api-env.js';
import { addAuditRoute } from './audit-route.js';
import { readBytes } from './body.js';
import { addConfirmationRoutes } from './confirmation-routes.js';
import { admit, type Door } from './door.js';
import { addEventStream } from './event-stream.js';
import { addFunctionRoute } from './function-route.js';
import { addHealthRoutes, answers } from './health-routes.js';
import { refusal, refuse, unavailable } from './refusal.js';
import { addStartRoute } from './start-route.js';
import { addTaskRoutes } from './task-routes.js';

/** No request hangs longer, whatever happens to Redis meanwhile; a cancel alone may use two seconds of it. */
const ANSWER_MS = 2_800;

const NOT_FOUND = refusal(404, 'not_found', 'There is nothing under this path and method.');
const BROKEN = refusal(500, 'internal', 'Something broke inside; the log of the api says what.');

export function createApi(deps: ApiDeps): Api {
  const { store, redis, functions, confirmations, news, audit, redact, closed, config, logger, clock = Date.now, heartbeatMs } = deps;
  const app: Api = new Hono<ApiEnv>();

  /** Every guarded route names its door itself, so no spelling of a path leads around it. */
  const guard =
    (door: Door): MiddlewareHandler<ApiEnv> =>
    async (c, next) => {
      const read = await readBytes(c.req);
      if (!read.ok) return refuse(c, read);
      const admitted = admit(door, { request: c.req.raw, incoming: c.env?.incoming, body: read.bytes }, clock());
      if (!admitted.ok) {
        logger.warn('Refused a request', { route: c.req.routePath, reason: admitted.reason });
        return refuse(c, admitted);
      }
      c.set('body', read.bytes);
      c.set('credential', admitted.as);
      try {
        // A handler's own failure goes to `onError`; what is caught here is a Redis that is gone or does not answer.
        await within(ANSWER_MS, 'Redis', answers(redis).then(next));
      } catch (error) {
        logger.warn('A request was not answered', { route: c.req.routePath, error });
        return refuse(c, unavailable());
      }
    };
  const webhookDoor = guard({ token: config.webhookToken, secret: config.webhookSecret, setting: 'WEBHOOK_TOKEN' });
  const apiDoor = guard({ token: config.apiToken, secret: null, setting: 'API_TOKEN' });

  addConfirmationRoutes(app, { store, confirmations, webhookDoor, apiDoor });
  addStartRoute(app, { functions, door: apiDoor });
  addTaskRoutes(app, { store, functions, redact, door: apiDoor });
  addEventStream(app, { store, news, redact, closed, heartbeatMs, door: apiDoor, logger });
  addAnswerRoute(app, { store, redact, clock, door: apiDoor });
  addAuditRoute(app, { audit, clock, door: apiDoor });
  addFunctionRoute(app, { functions, door: apiDoor });
  addHealthRoutes(app, redis);

  app.notFound((c) => refuse(c, NOT_FOUND));
  app.onError((error, c) => {
    logger.error('A request failed', { route: c.req.routePath, error });
    return refuse(c, isConnectionLoss(error) || !redis.isReady ? unavailable() : BROKEN);
  });
  return app;
}
