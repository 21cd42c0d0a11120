// The api as a value: `fetch(Request) → Response`, tested without a port, mounted anywhere.
import { isConnectionLoss } from '@tars/core/redis';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { addAnswerRoute } from './answer-route.js';
import type { Api, ApiDeps, ApiEnv } from './api-env.js';
import { addAuditRoute } from './audit-route.js';
import { inCallersTrace } from './callers-trace.js';
import { addChangeRoutes } from './change-routes.js';
import { addConfirmationRoutes } from './confirmation-routes.js';
import { createDiscordDoor } from './discord/door.js';
import { addInteractionRoute } from './discord/interaction-route.js';
import { SIGNATURE_HEADER } from './discord/signature.js';
import { createDoor } from './door.js';
import { addEchoRoute } from './echo-route.js';
import { addEventStream } from './event-stream.js';
import { addFunctionRoute } from './function-route.js';
import { createGuards } from './guard.js';
import { addHealthRoutes } from './health-routes.js';
import { logRequests } from './log-requests.js';
import { addMcpRoute } from './mcp/mcp-route.js';
import { addMetricsRoute } from './metrics-route.js';
import { createOpenStreams } from './open-streams.js';
import { addOpenApiRoute } from './openapi/openapi-route.js';
import { createPageDoor } from './pages/page-door.js';
import { addPages } from './pages/page-routes.js';
import { refusePage } from './pages/shell.js';
import { refusal, refuse, unavailable } from './refusal.js';
import { addStartRoute } from './start-route.js';
import { addTaskRoutes } from './task-routes.js';
import { addWishRoutes } from './wish-routes.js';

const NOT_FOUND = refusal(404, 'not_found', 'There is nothing under this path and method.');
const BROKEN = refusal(500, 'internal', 'Something broke inside; the log of the api says what.');

export function createApi(deps: ApiDeps): Api {
  const {
    store,
    redis,
    functions,
    confirmations,
    news,
    audit,
    redact,
    closed,
    config,
    logger,
    clock = Date.now,
    rates,
    heartbeatMs,
    stallMs,
  } = deps;
  const app: Api = new Hono<ApiEnv>();

  app.use(requestId(), inCallersTrace, logRequests(logger));
  const guard = createGuards({ redis, clock, rates, logger });
  const { webhookTokens, webhookSecrets, apiTokens, bearer = 'API_TOKEN', canSignIn = apiTokens !== null } = config;
  const webhookDoor = guard(
    createDoor({ tokens: webhookTokens ?? [], secrets: webhookSecrets ?? [], setting: 'WEBHOOK_TOKEN', bearer: 'WEBHOOK_TOKEN' }),
    { onceBy: 'webhook-id' },
  );
  const apiDoor = guard(createDoor({ tokens: apiTokens ?? [], secrets: [], setting: 'API_TOKEN', bearer }));

  const webhook = deps.webhook ?? { store, confirmations };
  addConfirmationRoutes(app, { confirmations, webhook, webhookDoor, apiDoor, redact, clock });
  if (config.discordPublicKey) {
    const door = guard(createDiscordDoor(config.discordPublicKey), { onceBy: SIGNATURE_HEADER });
    const users = config.discordUsers ?? (config.discordMentionUser ? [config.discordMentionUser] : []);
    addInteractionRoute(app, { confirmations: webhook.confirmations, users, door });
  }
  addEchoRoute(app, { redis, door: webhookDoor });
  const pageDoor = guard(createPageDoor({ isLocked: apiTokens !== null, canSignIn }), { tellRefusal: refusePage });
  const streams = createOpenStreams({ closed, heartbeatMs, stallMs, logger });

  addStartRoute(app, { functions, door: apiDoor });
  addTaskRoutes(app, { store, redact, door: apiDoor });
  addWishRoutes(app, { store, functions, door: apiDoor });
  addChangeRoutes(app, { store, redis, news, redact, clock, door: apiDoor });
  addEventStream(app, { store, news, redact, streams, door: apiDoor });
  addAnswerRoute(app, { store, redact, clock, door: apiDoor });
  addAuditRoute(app, { audit, clock, door: apiDoor });
  addFunctionRoute(app, { functions, door: apiDoor });
  addMcpRoute(app, { functions, store, door: apiDoor, logger });
  if (!deps.isGuest) addMetricsRoute(app, { redis, clock, door: apiDoor });
  addPages(app, { store, redis, news, functions, confirmations, redact, streams, clock, door: pageDoor });
  addOpenApiRoute(app, { door: apiDoor });
  addHealthRoutes(app, redis);

  app.notFound((c) => refuse(c, NOT_FOUND));
  app.onError((error, c) => {
    logger.error('A request failed', { route: c.req.routePath, request_id: c.var.requestId, error });
    const told = isConnectionLoss(error) || !redis.isReady ? unavailable() : BROKEN;
    return c.env?.visit === undefined ? refuse(c, told) : refusePage(c, told);
  });
  return app;
}
