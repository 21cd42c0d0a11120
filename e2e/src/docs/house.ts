// A reader's machine: a fresh installation with a home of its own, in which the commands of a page are typed one after the other.
import { spawn } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@tars/core';
import { connectRedis, createTaskStore, publishPrivateRedis, startPrivateRedis, type TaskStore } from '@tars/core/redis';
import { type FakeClaude, type FakeN8n, freePort, type ScenarioInput, startFakeClaude, startFakeN8n, waitUntil } from '@tars/testkit';
import { type Finished, observe, PATIENCE_MS } from '../observed.js';
import { ROOT } from './page.js';

export const KEY = 'sk-ant-test-key-of-the-reader';
export const CODE = '4719';

export type House = {
  /** What a reader calls the repository's root. */
  folder: string;
  home: string;
  claude: FakeClaude;
  n8n: FakeN8n;
  store: TaskStore;
  /** Which task is meant where a page says `a7f3`. */
  mean(id: string): void;
  /** Types a command of a page and waits for its end. */
  type(command: string, input: string): Promise<Finished>;
  /** Types one that goes on, and waits until it prints this; it is interrupted when the house is closed. */
  begin(command: string, prints: RegExp): Promise<void>;
  /** Waits for what was begun last to end by itself. */
  lastEnds(): Promise<Finished>;
  taskThat(what: string, wanted: (task: Task) => boolean): Promise<Task>;
  close(): Promise<void>;
};

export async function openHouse(scenario: ScenarioInput): Promise<House> {
  const base = await mkdtemp(join(tmpdir(), 'tars-reader-'));
  const [folder, home] = [join(base, 'tars'), join(base, 'home')];
  await install(folder);
  const state = join(home, '.local/state/tars');
  await mkdir(state, { recursive: true, mode: 0o700 });
  const server = await startPrivateRedis();
  await publishPrivateRedis(state, server.endpoint.path);
  const redis = await connectRedis(server.endpoint);
  const store = createTaskStore(redis);
  const [claude, n8n, port] = [await startFakeClaude({ scenario }), await startFakeN8n(), await freePort()];
  const begun: { pid: number; ended: Promise<Finished> }[] = [];
  let meant = 'a7f3';

  const env = {
    PATH: `${join(folder, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
    HOME: home,
    ANTHROPIC_BASE_URL: claude.url,
    WEBHOOK_PORT: String(port),
    TARS_API: `http://127.0.0.1:${port}`,
    NO_COLOR: '1',
  };
  /** What no page can know: the port that is free here, the task's own id, where this n8n and this Redis are. */
  const here = (command: string) =>
    command
      .replaceAll('127.0.0.1:5002', `127.0.0.1:${port}`)
      .replaceAll('https://n8n.example.com', n8n.url)
      .replace(/\ba7f3\b/g, meant)
      .replace(/^redis-cli /, `redis-cli -s ${server.endpoint.path} `);
  // A group of its own, which is what Ctrl+C reaches at a terminal.
  const start = (command: string, stdin: 'pipe' | 'ignore' = 'ignore') =>
    spawn('bash', ['-c', here(command)], { cwd: folder, env, detached: true, stdio: [stdin, 'pipe', 'pipe'] });

  return {
    folder,
    home,
    claude,
    n8n,
    store,
    mean: (id) => {
      meant = id;
    },
    async type(command, input) {
      const child = start(command, input === '' ? 'ignore' : 'pipe');
      child.stdin?.end(input);
      return observe(child).ended;
    },
    async begin(command, prints) {
      const child = start(command);
      const started = observe(child);
      begun.push(started);
      await started.saw(prints);
    },
    lastEnds: () => begun.at(-1)?.ended ?? Promise.reject(new Error('Nothing was begun.')),
    taskThat: (what, wanted) =>
      waitUntil(
        async () => {
          const task = await store.read(meant);
          return task !== null && wanted(task) ? task : null;
        },
        { timeoutMs: PATIENCE_MS, what: `task ${meant} ${what}` },
      ),
    async close() {
      for (const { pid, ended } of begun.reverse()) {
        interrupt(pid);
        await ended;
      }
      redis.destroy();
      await Promise.all([claude.close(), n8n.close(), server.close()]);
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** What `npm test` leaves in a fresh clone, as far as the pages use it, and no settings of anybody. */
async function install(folder: string): Promise<void> {
  const [app, bins] = [join(folder, 'apps/tars-bridge'), join(folder, 'node_modules/.bin')];
  for (const made of [app, bins]) await mkdir(made, { recursive: true });
  for (const file of ['package.json', '.env.example']) await copyFile(join(ROOT, file), join(folder, file));
  for (const name of ['bin', 'dist', 'package.json']) await cp(join(ROOT, 'apps/tars-bridge', name), join(app, name), { recursive: true });
  await symlink(join(ROOT, 'apps/tars-bridge/node_modules'), join(app, 'node_modules'));
  for (const name of ['examples', 'deploy', 'packages']) await symlink(join(ROOT, name), join(folder, name));
  await symlink('../../apps/tars-bridge/bin/tars.mjs', join(bins, 'tars'));
}

function interrupt(group: number): void {
  try {
    process.kill(-group, 'SIGINT');
  } catch (error) {
    // All of it has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
