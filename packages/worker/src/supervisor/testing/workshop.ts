// A Redis, a state folder and as many supervisors as a test wants, all in this process; their runners are real ones.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Limits, Task } from '@tars/core';
import { parseConfig } from '@tars/core/env';
import { createLogger, type Logger } from '@tars/core/log';
import { connectRedis, createTaskStore, keys, type News, type Redis, subscribeNews, type TaskStore } from '@tars/core/redis';
import { startTestRedis, type TestRedis, tempDir, waitUntil } from '@tars/testkit';
import type { RunnerSettings } from '../../protocol.js';
import { type Supervisor, type SupervisorOptions, startSupervisor } from '../supervisor.js';

/** Made by the package's build. */
const RUNNER = fileURLToPath(new URL('../../../dist/runner.mjs', import.meta.url));
const PATIENCE_MS = 20_000;
const LIMITS: Limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 };

/** What a runner is told of the sandbox where it has none. */
export const UNCONFINED = {
  sandboxKind: 'none',
  allowedDomains: [],
  secrets: [],
  contextTokens: 200_000,
  preferences: null,
  prices: [],
  privateAddresses: [],
  resources: { processes: 1_000, memoryBytes: 2 ** 40, diskBytes: 2 ** 40 },
} satisfies Partial<RunnerSettings>;

export type Workshop = {
  server: TestRedis;
  redis: Redis;
  store: TaskStore;
  news: News;
  logger: Logger;
  stateDir: string;
  /** A program in place of the runner: what it does when it is told to begin. `send` and `message` are what it has. */
  program(onMessage: string): Promise<string>;
  supervisor(more?: Partial<SupervisorOptions>, env?: { [name: string]: string }): Promise<Supervisor>;
  /** Accepts a task; in a project of its own when none is named, or in a clone of `repository`. */
  queue(id: string, more?: { project?: string; goal?: string; limits?: Partial<Limits>; repository?: string }): Promise<Task>;
  taskThat(id: string, what: string, wanted: (task: Task) => boolean): Promise<Task>;
  /** Makes the lease of a dead holder count as run out, without waiting for it. */
  lapseLease(id: string): Promise<void>;
  close(): Promise<void>;
};

export async function openWorkshop(claudeUrl = 'http://127.0.0.1:9'): Promise<Workshop> {
  const dir = await tempDir();
  const server = await startTestRedis();
  const redis = await connectRedis(server.endpoint);
  const news = await subscribeNews(redis);
  const store = createTaskStore(redis);
  const stateDir = join(dir.path, 'state');
  await mkdir(stateDir);
  const logger = createLogger({ service: 'test', level: 'error', format: 'json', redact: (text) => text });
  const running: Supervisor[] = [];
  let programs = 0;

  return {
    server,
    redis,
    store,
    news,
    logger,
    stateDir,
    async program(onMessage) {
      const file = join(dir.path, `program-${++programs}.mjs`);
      await writeFile(file, `const send = (m) => process.send(m);\nprocess.on('message', async (message) => {\n${onMessage}\n});\n`);
      return file;
    },
    async supervisor(more = {}, env = {}) {
      const parsed = parseConfig({
        ANTHROPIC_API_KEY: 'sk-test',
        ANTHROPIC_BASE_URL: claudeUrl,
        SANDBOX: 'off',
        TARS_STATE_DIR: stateDir,
        PROJECTS_ROOT: dir.path,
        ...env,
      });
      if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
      const supervisor = await startSupervisor({
        endpoint: server.endpoint,
        redis,
        store,
        news,
        config: parsed.config,
        stateDir,
        model: 'claude-sonnet-5-5',
        contextTokens: 200_000,
        sandbox: { kind: 'none', reason: 'SANDBOX=off', tried: 0 },
        publicKeyPem: () => null,
        tasks: Number.POSITIVE_INFINITY,
        logger,
        sweepMs: 50,
        runnerProgram: RUNNER,
        ...more,
      });
      running.push(supervisor);
      return supervisor;
    },
    async queue(id, { project = join(dir.path, id), goal = 'do it', limits = {}, repository } = {}) {
      if (repository === undefined) await mkdir(project, { recursive: true });
      const [url = '', ref = null] = repository?.split('#') ?? [];
      const by = { sessionId: 's1', owner: 'me', pool: '', verbose: true, channel: 'cli' } as const;
      const accepted = await store.create(id, {
        type: 'task.queued',
        at: Date.now(),
        goal,
        project: repository ?? project,
        ...(repository === undefined ? {} : { isolate: true, repository: { url, ref } }),
        ...by,
        limits: { ...LIMITS, ...limits },
      });
      if (accepted.kind !== 'created') throw new Error(`${id} was not accepted.`);
      return accepted.task;
    },
    taskThat: (id, what, wanted) =>
      waitUntil(
        async () => {
          const task = await store.read(id);
          return task !== null && wanted(task) ? task : null;
        },
        { timeoutMs: PATIENCE_MS, what: `task ${id} ${what}` },
      ),
    async lapseLease(id) {
      await redis.hSet(keys.task(id), 'lease', '0');
    },
    async close() {
      await Promise.all(running.map((supervisor) => supervisor.drain()));
      await news.close();
      redis.destroy();
      await server.close();
      await dir.remove();
    },
  };
}
