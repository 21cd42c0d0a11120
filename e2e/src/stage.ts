// One machine for one scenario: real Redis, real processes of ours, and the outside world from the testkit.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import type { Task } from '@tars/core';
import {
  connectRedis,
  createTaskStore,
  keys,
  type PrivateRedis,
  publishPrivateRedis,
  type Redis,
  startPrivateRedis,
  type TaskStore,
} from '@tars/core/redis';
import { type FakeClaude, type FakeN8n, type ScenarioInput, startFakeClaude, startFakeN8n, waitUntil } from '@tars/testkit';
import { type Finished, observe, PATIENCE_MS, type Process } from './observed.js';

/** The `tars` command, for node to run. */
export const TARS = fileURLToPath(new URL('../../apps/tars-bridge/bin/tars.mjs', import.meta.url));
jest.setTimeout(2 * PATIENCE_MS);
const ENDINGS = /^(🎉|❌ Task failed|⏱️|🛑)/u;

export const CODE = '4711';

export type Stage = {
  projectsRoot: string;
  /** What every process of ours is started with. */
  environment: Readonly<Record<string, string>>;
  claude: FakeClaude;
  n8n: FakeN8n;
  server: PrivateRedis;
  redis: Redis;
  store: TaskStore;
  /** Makes the lease of a dead worker count as run out, without waiting for it. */
  lapseLease(id: string): Promise<void>;
  lines(file: string): Promise<string[]>;
  /** A folder under the root with these files. */
  project(name: string, files: Readonly<Record<string, string>>): Promise<string>;
  /** Runs a `tars` command to its end. */
  tars(args: readonly string[], more?: { input?: string; env?: Readonly<Record<string, string>> }): Promise<Finished>;
  /** Starts any other program, with nothing of TARS in its environment. */
  spawnProgram(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Process;
  /** Starts a `tars` command that goes on. */
  spawnTars(args: readonly string[], env?: Readonly<Record<string, string>>): Process;
  /** Resolves with the task once it is as wanted. */
  taskThat(id: string, what: string, wanted: (task: Task) => boolean, withinMs?: number): Promise<Task>;
  /** Starts `tars up`; the api's address. */
  up(env?: Readonly<Record<string, string>>): Promise<string>;
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void>;
  /** The texts delivered to n8n for a task, in order, once its ending is among them. */
  fullFeed(id: string): Promise<string[]>;
  /** Asks every process that still runs to stop, and waits for it. */
  stopAll(): Promise<Finished[]>;
  close(): Promise<void>;
};

export async function openStage(scenario: ScenarioInput, settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const base = await mkdtemp(join(tmpdir(), 'tars-e2e-'));
  const [stateDir, projectsRoot] = [join(base, 'state'), join(base, 'projects')];
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await mkdir(projectsRoot);
  const server: PrivateRedis = await startPrivateRedis();
  await publishPrivateRedis(stateDir, server.endpoint.path);
  const redis = await connectRedis(server.endpoint);
  const store = createTaskStore(redis);
  const claude = await startFakeClaude({ scenario });
  const n8n = await startFakeN8n();
  const running = new Set<Process>();

  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? base,
    TARS_STATE_DIR: stateDir,
    PROJECTS_ROOT: projectsRoot,
    ANTHROPIC_API_KEY: 'sk-ant-test-key-of-the-stage',
    ANTHROPIC_BASE_URL: claude.url,
    N8N_WEBHOOK_URL: `${n8n.url}/webhook/tars`,
    CONFIRMATION_CODE: CODE,
    NO_COLOR: '1',
    ...settings,
  };

  const keep = (child: ChildProcess): Process => {
    const started = observe(child);
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };
  const spawnTars: Stage['spawnTars'] = (args, env = {}) =>
    keep(spawn(process.execPath, [TARS, ...args], { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));

  const stopAll = () =>
    Promise.all(
      [...running].map((started) => {
        started.kill('SIGTERM');
        return started.ended;
      }),
    );

  return {
    projectsRoot,
    environment,
    claude,
    n8n,
    server,
    redis,
    store,
    async lapseLease(id) {
      await redis.hSet(keys.task(id), 'lease', '0');
    },
    lines: async (file) => (await readFile(file, 'utf8')).trim().split('\n'),
    async project(name, files) {
      const folder = join(projectsRoot, name);
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
      await mkdir(folder, { recursive: true });
      return folder;
    },
    async tars(args, { input = '', env = {} } = {}) {
      const child = spawn(process.execPath, [TARS, ...args], { env: { ...environment, ...env } });
      child.stdin.end(input);
      return observe(child).ended;
    },
    spawnTars,
    spawnProgram: (program, args, env) => keep(spawn(program, args, { env: { PATH: environment.PATH, HOME: environment.HOME, ...env } })),
    async taskThat(id, what, wanted, withinMs = PATIENCE_MS) {
      const task = await waitUntil(
        async () => {
          const found = await store.read(id);
          return found !== null && wanted(found) ? found : null;
        },
        { timeoutMs: withinMs, what: `task ${id} ${what}` },
      );
      return task;
    },
    async up(env = {}) {
      const up = spawnTars(['up'], { WEBHOOK_PORT: '0', ...env });
      await up.saw(/^ready/m);
      const address = /https?:\/\/[\d.]+:\d+/.exec(up.stdout())?.[0];
      if (address === undefined) throw new Error(`No address in: ${up.stdout()}`);
      return address;
    },
    async until(what, condition) {
      await waitUntil(condition, { timeoutMs: PATIENCE_MS, what });
    },
    fullFeed: (id) =>
      waitUntil(
        () => {
          const texts = n8n.deliveries().flatMap(({ body }) => (isUpdateOf(body, id) ? [body.message] : []));
          return texts.some((text) => ENDINGS.test(text)) ? texts : null;
        },
        { timeoutMs: PATIENCE_MS, what: `the ending of task ${id} in the feed` },
      ),
    stopAll,
    async close() {
      await stopAll();
      redis.destroy();
      await Promise.all([claude.close(), n8n.close(), server.close()]);
      await rm(base, { recursive: true, force: true });
    },
  };
}

const isUpdateOf = (body: unknown, id: string): body is { task_id: string; message: string } =>
  typeof body === 'object' && body !== null && 'task_id' in body && body.task_id === id && 'message' in body;
