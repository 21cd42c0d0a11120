// What every route stands on, and what travels with one request.

import type { IncomingMessage } from 'node:http';
import type { Confirmations, Functions, Redact } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { AuditLog, News, Redis, TaskStore } from '@tars/core/redis';
import type { Context, Hono } from 'hono';

export type ApiSettings = {
  /** Opens the confirmation webhook to others than this machine. */
  webhookToken: string | null;
  /** Lets Standard Webhooks signatures open it as well. */
  webhookSecret: string | null;
  /** Opens everything else. */
  apiToken: string | null;
};

export type ApiDeps = {
  store: TaskStore;
  redis: Redis;
  functions: Functions;
  confirmations: Confirmations;
  news: News;
  audit: AuditLog;
  redact: Redact;
  /** When it aborts, streams that are open end. */
  closed: AbortSignal;
  config: ApiSettings;
  logger: Logger;
  clock?: () => number;
  /** How often an open stream says that it is still there. */
  heartbeatMs?: number;
};

/** `incoming` is there when a socket is: the Node server passes it, a host that calls `fetch` itself may. */
export type ApiEnv = {
  Bindings: { incoming?: IncomingMessage };
  Variables: { body: Buffer /** The name of what let the visitor in. */; credential: string };
};
export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;
