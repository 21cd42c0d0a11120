// The api on real sockets over a real Redis of the test's own, and a hand that plays the worker on the record.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { createRedactor, type Event, newId, newTaskId, type TranscriptRecord } from '@tars/core';
import { type Config, parseConfig } from '@tars/core/env';
import { createLogger, type Logger } from '@tars/core/log';
import { type Committed, type Control, openControl, type PrivateRedis, startPrivateRedis } from '@tars/core/redis';
import type { HouseSettings } from '../house.js';
import { type StartedApi, startApi } from '../start.js';

export const CODE = '4711';
/** Of the api that several people share. */
export const SHARED = {
  API_TOKEN: 'api-token-of-the-owner',
  API_TOKENS: 'anna:api-token-of-anna bert:api-token-of-bert',
  WEBHOOK_TOKEN: 'webhook-token-of-the-test',
  WEBHOOK_SECRET: 'the-secret-before whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
};
export const TOKENS = { API_TOKEN: 'api-token-of-the-test', WEBHOOK_TOKEN: 'webhook-token-of-the-test' };

type Asked = { body?: unknown; token?: string; signal?: AbortSignal; headers?: Record<string, string> };
export type Answered = { status: number; headers: Headers; body: Record<string, unknown> };

export type ApiWorld = {
  logger: Logger;
  control: Control;
  server: PrivateRedis;
  /** Serves this machine without a token. */
  api: StartedApi;
  /** Serves whoever holds one of `TOKENS`. */
  locked: StartedApi;
  /** The one folder of projects. */
  projects: string;
  /** The answer as it comes in; `serving` is `api` unless told otherwise. */
  open(path: string, asked?: Asked & { method?: string; serving?: StartedApi }): Promise<Response>;
  get(path: string, asked?: Asked): Promise<Answered>;
  post(path: string, body: unknown, asked?: Asked & { serving?: StartedApi }): Promise<Answered>;
  /** Serves two named people beside the owner, and n8n by token or signature; its limits are out of the way. */
  shared: StartedApi;
  /** The settings it was started with. */
  sharedSettings(): HouseSettings;
  /** A task a worker has claimed; its id. */
  running(owner?: string): Promise<string>;
  /** The same, waiting for `CODE`; its request's id too. */
  waiting(owner?: string): Promise<{ id: string; confirmationId: string }>;
  happens(id: string, events: readonly Event[], records?: readonly TranscriptRecord[]): Promise<Committed>;
};

const PLENTY = { perSecond: 10_000, burst: 10_000 };
const NONCE = randomUUID();

export function useApi({ heartbeatMs = 15_000 }: { heartbeatMs?: number } = {}): ApiWorld {
  const logger = createLogger({ service: 'api', level: 'error', format: 'json', redact: createRedactor([CODE]) });
  let base: string;
  let server: PrivateRedis;
  let control: Control;
  let api: StartedApi;
  let locked: StartedApi;
  let shared: StartedApi;
  let sharedConfig: Config;

  beforeAll(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'tars-api-')));
    await mkdir(join(base, 'projects', 'calculator'), { recursive: true });
    const configOf = (env: Record<string, string>) => {
      const common = { TARS_STATE_DIR: join(base, 'state'), PROJECTS_ROOT: join(base, 'projects'), WEBHOOK_PORT: '0' };
      const parsed = parseConfig({ ...common, CONFIRMATION_CODE: CODE, ...env });
      if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
      return parsed.config;
    };
    server = await startPrivateRedis();
    control = await openControl({ config: configOf({}), endpoint: server.endpoint, onError: () => {} });
    api = await startApi({ ...control, config: configOf({}), logger, heartbeatMs });
    locked = await startApi({ ...control, config: configOf(TOKENS), logger, heartbeatMs });
    sharedConfig = configOf(SHARED);
    shared = await startApi({ ...control, config: sharedConfig, rates: { bearers: PLENTY, strangers: PLENTY }, logger, heartbeatMs });
  });
  beforeEach(() => control.redis.flushDb());
  afterAll(async () => {
    await Promise.all([api.close(), locked.close(), shared.close()]);
    await control.close();
    await server.close();
    await rm(base, { recursive: true, force: true });
  });

  const world: ApiWorld = {
    logger,
    get control() {
      return control;
    },
    get server() {
      return server;
    },
    get api() {
      return api;
    },
    get locked() {
      return locked;
    },
    get shared() {
      return shared;
    },
    sharedSettings: () => sharedConfig,
    get projects() {
      return join(base, 'projects');
    },
    open(path, { method = 'GET', body, token, signal, headers = {}, serving = api } = {}) {
      return fetch(`${serving.url}${path}`, {
        method,
        ...(signal === undefined ? {} : { signal }),
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    get: async (path, asked) => answered(await world.open(path, asked)),
    post: async (path, body, asked) => answered(await world.open(path, { ...asked, body, method: 'POST' })),
    async running(owner = 'owner') {
      const [id, at] = [newTaskId(), Date.now()];
      const limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 } as const;
      const whose = { sessionId: 's1', owner, pool: '', channel: 'voice' } as const;
      await control.store.create(id, {
        type: 'task.queued',
        at,
        goal: 'tidy up',
        project: `/projects/${id}`,
        verbose: true,
        limits,
        ...whose,
      });
      const worker = { id: 'w1', host: 'h1', supervisor: { pid: 1, startTime: '1' }, tree: [] };
      const claimed = { type: 'task.claimed', at, attempt: 1, worker, afterCrash: false } as const;
      await control.store.commit(id, { as: { role: 'claim', nonce: NONCE }, events: [claimed] });
      return id;
    },
    async waiting(owner) {
      const id = await world.running(owner);
      const [at, confirmationId] = [Date.now(), newId('conf')];
      const confirmation = {
        id: confirmationId,
        callId: 'call_1',
        command: 'rm old_backup.js',
        cwd: `/projects/${id}`,
        reason: 'delete files',
        rule: 'rm',
        agentSays: 'no longer needed',
        access: [],
        actionHash: 'a'.repeat(64),
        askedAt: at,
        expiresAt: at + 60_000,
      };
      const asked = await world.happens(id, [{ type: 'confirmation.requested', at, confirmation }]);
      if (asked.kind !== 'committed') throw new Error(`The request was not taken: ${asked.kind}`);
      return { id, confirmationId };
    },
    happens: (id, events, records = []) => control.store.commit(id, { as: { role: 'owner', nonce: NONCE }, events, records }),
  };
  return world;
}

const answered = async (response: Response): Promise<Answered> => ({
  status: response.status,
  headers: response.headers,
  body: (await response.json()) as Record<string, unknown>,
});

export const notice = (text: string, at = Date.now()): Event => ({ type: 'notice.given', at, notice: 'test', text });
export const cancelled = (at = Date.now()): Event => ({ type: 'task.cancelled', at, channel: 'http', stopped: 0 });
