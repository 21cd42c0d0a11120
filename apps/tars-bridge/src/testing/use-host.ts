// A host with a bridge, a Redis behind a gate, and a hand that plays the worker on the record.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { type ConfirmationRequest, type Event, hashAction, type Question } from '@tars/core';
import { connectRedis, createTaskStore, keys, type Redis, type TaskStore } from '@tars/core/redis';
import { startTestRedis, type TempDir, type TestRedis, tempDir, waitUntil } from '@tars/testkit';
import { type BridgeOptions, createTarsBridge, type TarsBridge } from '../index.js';
import { openGate, type RedisGate } from './redis-gate.js';

export const CODE = '4719';
export const SESSION = { sessionId: 'evening' };

export type Host = {
  redis: Redis;
  store: TaskStore;
  gate: RedisGate;
  stateDir: string;
  project: string;
  /** A bridge that finds Redis behind the gate; closed after the test. */
  bridge(options?: BridgeOptions, env?: Readonly<Record<string, string>>): Promise<TarsBridge>;
  /** Starts a task in `project`; its id. */
  start(bridge: TarsBridge, goal?: string): Promise<string>;
  /** Claims the task as a worker does, and commits what happens in it. */
  asWorker(id: string, ...events: [Event, ...Event[]]): Promise<void>;
  /** What a worker does when the agent wants to delete a file. */
  askForCode(id: string): Promise<ConfirmationRequest>;
  /** What a worker does when the agent has a question. */
  ask(id: string, question: string, more?: Partial<Question>): Promise<void>;
  cancelled(id: string): Promise<void>;
  /** Resolves once a channel has nothing left to tell of the task. */
  told(channel: string, id: string): Promise<void>;
  /** How many codes were tried on a confirmation request. */
  tries(confirmationId: string): Promise<number>;
};

/** One Redis for the tests of a file, everything else new for each. */
export function useHost(): () => Host {
  let server: TestRedis;
  let redis: Redis;
  let dir: TempDir;
  let host: Host | undefined;
  const bridges: TarsBridge[] = [];

  beforeAll(async () => {
    server = await startTestRedis();
    redis = await connectRedis(server.endpoint);
  });
  beforeEach(async () => {
    await redis.flushDb();
    dir = await tempDir();
    host = await openHost({ root: dir.path, redis, socket: server.socket, onOpen: (bridge) => bridges.push(bridge) });
  });
  afterEach(async () => {
    await Promise.all(bridges.splice(0).map((bridge) => bridge.close()));
    await host?.gate.shut();
    await dir.remove();
  });
  afterAll(async () => {
    redis.destroy();
    await server.close();
  });
  return () => {
    if (host === undefined) throw new Error('The host is there only while a test runs.');
    return host;
  };
}

type HostOptions = { root: string; redis: Redis; socket: string; onOpen: (bridge: TarsBridge) => void };

async function openHost({ root, redis, socket, onOpen }: HostOptions): Promise<Host> {
  const gate = await openGate(socket);
  const store = createTaskStore(redis);
  const project = join(root, 'calculator');
  const stateDir = join(root, 'state');
  await Promise.all([mkdir(project), mkdir(stateDir)]);
  const asWorker = async (id: string, ...events: [Event, ...Event[]]): Promise<void> => {
    const nonce = `nonce-${id}`;
    const worker = { id: 'w1', host: 'here', supervisor: { pid: 1, startTime: '1' }, tree: [] };
    const claim: Event = { type: 'task.claimed', at: events[0].at, attempt: 1, worker, afterCrash: false };
    expect((await store.commit(id, { as: { role: 'claim', nonce }, events: [claim] })).kind).toBe('committed');
    expect((await store.commit(id, { as: { role: 'owner', nonce }, events })).kind).toBe('committed');
  };
  return {
    redis,
    store,
    gate,
    stateDir,
    project,
    async bridge(options = {}, env = {}) {
      const settings = { CONFIRMATION_CODE: CODE, PROJECTS_ROOT: root, TARS_STATE_DIR: stateDir, LOG_LEVEL: 'error' };
      const bridge = await createTarsBridge({ env: { REDIS_URL: gate.url, ...settings, ...env }, ...options });
      onOpen(bridge);
      return bridge;
    },
    async start(bridge, goal = 'build a calculator') {
      const { task } = await bridge.call('start_autonomous_coding', { goal, project_path: project }, SESSION);
      if (task === undefined) throw new Error('The task was not started.');
      return task.task_id;
    },
    asWorker,
    async askForCode(id) {
      const confirmation = requestFor(id, project, Date.now());
      await asWorker(id, { type: 'confirmation.requested', at: Date.now(), confirmation });
      return confirmation;
    },
    async ask(id, text, more = {}) {
      const askedAt = Date.now();
      const question = { id: `qu-${id}`, callId: 'call-2', text, options: [], askedAt, expiresAt: askedAt + 300_000, ...more };
      await asWorker(id, { type: 'question.asked', at: askedAt, question });
    },
    async cancelled(id) {
      const events = [{ type: 'task.cancelled', at: Date.now(), channel: 'http', stopped: 0 } as const];
      expect((await store.commit(id, { as: { role: 'outsider' }, events })).kind).toBe('committed');
    },
    async told(channel, id) {
      const isTold = async () => (await redis.zScore(keys.outbox(channel), id)) === null;
      await waitUntil(isTold, { timeoutMs: 10_000, what: `${channel} to have told all of task ${id}` });
    },
    tries: async (confirmationId) => Number((await redis.get(keys.tries(confirmationId))) ?? 0),
  };
}

function requestFor(id: string, cwd: string, at: number): ConfirmationRequest {
  const command = 'rm old_backup.js';
  return {
    id: `cf-${id}`,
    callId: 'call-1',
    command,
    cwd,
    reason: 'delete files',
    rule: 'rm',
    agentSays: 'clean up',
    access: [],
    actionHash: hashAction({ command, cwd }),
    askedAt: at,
    expiresAt: at + 300_000,
  };
}
