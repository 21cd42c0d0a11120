// The real `tars` command over a Redis of the test's own, and a hand that plays the worker on the record.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import type { Event } from '@tars/core';
import { type Committed, connectRedis, createTaskStore, publishPrivateRedis, type Redis, type TaskStore } from '@tars/core/redis';
import { startTestRedis, type TempDir, type TestRedis, tempDir, waitUntil } from '@tars/testkit';

export const BIN = fileURLToPath(new URL('../../bin/tars.mjs', import.meta.url));
export const CODE = '4719';
const NONCE = 'nonce of the test';
const PATIENCE_MS = 30_000;
/** Runs the command it is given in a terminal of its own. */
export const PTY = ['python3', '-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'];

export type Given = { input?: string; env?: Record<string, string>; cwd?: string };
export type Ended = { code: number; stdout: string; stderr: string };

export type Running = {
  pid: number;
  shown(): string;
  write(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once what it has printed so far (either stream) matches. */
  saw(pattern: RegExp): Promise<void>;
  ended: Promise<Ended>;
};

export type Tars = {
  store: TaskStore;
  redis: Redis;
  /** Where that Redis listens. */
  socket: string;
  dir: string;
  /** A folder under the root of projects, where commands run unless told otherwise. */
  project: string;
  run(args: readonly string[], given?: Given): Promise<Ended>;
  /** Goes on until it ends by itself or is killed; `inTerminal` gives it a terminal for all three streams. */
  spawn(args: readonly string[], given?: Given & { inTerminal?: boolean }): Running;
  /** Starts a task; its id. */
  started(): Promise<string>;
  claim(id: string): Promise<Committed>;
  /** What the worker that claimed the task says. */
  happens(id: string, ...events: Event[]): Promise<Committed>;
  /** What a worker does when the agent wants to delete a file. */
  askForCode(id: string): Promise<string>;
};

/** One Redis and one folder for the tests of a file; the record is empty before each. */
export function useTars(): Tars {
  // Each test starts the command several times, and the machine may be busy.
  jest.setTimeout(2 * PATIENCE_MS);
  let server: TestRedis;
  let redis: Redis;
  let store: TaskStore;
  let dir: TempDir;
  let project: string;

  beforeAll(async () => {
    if (!existsSync(fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)))) {
      throw new Error('These tests run the built command: tsc -b apps/tars-bridge first.');
    }
    dir = await tempDir();
    project = join(dir.path, 'projects', 'calculator');
    await mkdir(project, { recursive: true });
    await mkdir(join(dir.path, 'state'), { mode: 0o700 });
    server = await startTestRedis();
    await publishPrivateRedis(join(dir.path, 'state'), server.socket);
    redis = await connectRedis(server.endpoint);
    store = createTaskStore(redis);
  });
  beforeEach(() => redis.flushDb());
  afterAll(async () => {
    redis.destroy();
    await server.close();
    await dir.remove();
  });

  const open = (args: readonly string[], { env = {}, cwd = project }: Given, before: readonly string[]) => {
    const environment = {
      PATH: process.env.PATH ?? '',
      HOME: dir.path,
      TARS_STATE_DIR: join(dir.path, 'state'),
      PROJECTS_ROOT: join(dir.path, 'projects'),
      CONFIRMATION_CODE: CODE,
      ...env,
    };
    const [file = BIN, ...rest] = [...before, BIN, ...args];
    return spawn(file, rest, { cwd, env: environment });
  };

  const tars: Tars = {
    get store() {
      return store;
    },
    get redis() {
      return redis;
    },
    get socket() {
      return server.socket;
    },
    get dir() {
      return dir.path;
    },
    get project() {
      return project;
    },
    async run(args, given = {}) {
      const child = open(args, given, []);
      child.stdin.end(given.input ?? '');
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: Number(code), stdout, stderr };
    },
    spawn(args, { inTerminal = false, ...given } = {}) {
      const child = open(args, given, inTerminal ? PTY : []);
      const printed = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (chunk: string) => {
          printed[name] += chunk;
        });
      }
      const shown = () => printed.stdout + printed.stderr;
      if (!inTerminal) child.stdin.end();
      return {
        pid: child.pid ?? -1,
        shown,
        write: (said) => child.stdin.write(said),
        kill: (signal) => child.kill(signal),
        async saw(pattern) {
          await waitUntil(() => pattern.test(shown()), { what: `${pattern} in ${JSON.stringify(args)}`, timeoutMs: PATIENCE_MS });
        },
        ended: once(child, 'close').then(([code]) => ({ code: Number(code), ...printed })),
      };
    },
    async started() {
      return JSON.parse((await tars.run(['start', 'tidy up', '--json'])).stdout).task_id;
    },
    claim: (id) =>
      store.commit(id, {
        as: { role: 'claim', nonce: NONCE },
        events: [
          {
            type: 'task.claimed',
            at: Date.now(),
            attempt: 1,
            worker: { id: 'w1', host: 'here', supervisor: { pid: 1, startTime: '1' }, tree: [] },
            afterCrash: false,
          },
        ],
      }),
    happens: (id, ...events) => store.commit(id, { as: { role: 'owner', nonce: NONCE }, events }),
    async askForCode(id) {
      const [at, confirmationId] = [Date.now(), `cf-${id}`];
      await tars.claim(id);
      const asked = await tars.happens(id, {
        type: 'confirmation.requested',
        at,
        confirmation: {
          id: confirmationId,
          callId: 'call-1',
          command: 'rm old_backup.js',
          cwd: project,
          reason: 'delete files',
          rule: 'rm',
          agentSays: 'clean up',
          access: [],
          actionHash: 'a'.repeat(64),
          askedAt: at,
          expiresAt: at + 300_000,
        },
      });
      expect(asked.kind).toBe('committed');
      return confirmationId;
    },
  };
  return tars;
}
