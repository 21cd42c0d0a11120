// What every route stands on, and what travels with one request.

import type { IncomingMessage } from 'node:http';
import type { Confirmations, Functions, Redact } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { AuditLog, News, Redis, TaskStore } from '@tars/core/redis';
import type { Context, Hono } from 'hono';
import type { Rates } from './guard.js';
import type { Visit } from './pages/visit.js';

export type ApiSettings = {
  /** Each opens the confirmation webhook to others than this machine. */
  webhookTokens: readonly string[] | null;
  /** Let Standard Webhooks signatures open it as well. */
  webhookSecrets: readonly string[] | null;
  /** Each opens everything else. */
  apiTokens: readonly string[] | null;
  /** Of the Discord application whose buttons are answered; without it there is no such route. */
  discordPublicKey?: string | null;
  /** The Discord users whose buttons count; without them the one that is pinged. */
  discordUsers?: readonly string[] | null;
  discordMentionUser?: string | null;
  /** What the bearer of an api token is called in the audit trail; `API_TOKEN` unless told otherwise. */
  bearer?: string;
  /** Whether the pages offer to sign in; where there are api tokens, unless told otherwise. */
  canSignIn?: boolean;
};

export type ApiDeps = {
  store: TaskStore;
  redis: Redis;
  functions: Functions;
  confirmations: Confirmations;
  /** What the webhook answers for, where that is more than the rest: n8n carries the answers of everybody. */
  webhook?: { store: TaskStore; confirmations: Confirmations };
  /** One of several people, not the operator: sees nothing of the installation as a whole. */
  isGuest?: boolean;
  news: News;
  audit: AuditLog;
  redact: Redact;
  /** When it aborts, streams that are open end. */
  closed: AbortSignal;
  config: ApiSettings;
  logger: Logger;
  clock?: () => number;
  /** How often whoever may ask. */
  rates?: Rates;
  /** How often an open stream says that it is still there. */
  heartbeatMs?: number;
  /** How long a stream's reader may take nothing before it is cut off. */
  stallMs?: number;
};

/** `incoming` is there when a socket is: the Node server passes it, a host that calls `fetch` itself may. */
export type ApiEnv = {
  Bindings: { incoming?: IncomingMessage /** Whose browser asks for a page. */; visit?: Visit };
  Variables: {
    requestId: string;
    body: Buffer;
    /** The name of what let the visitor in. */
    credential: string;
    /** Which task and which conversation it was about, where no path says it; for the log. */
    aboutTask?: string | undefined;
    session?: string | undefined;
  };
};
export type Api = Hono<ApiEnv>;
export type ApiContext = Context<ApiEnv>;
