// One machine for one round: a real Redis, the product's processes, each restarted at once when it dies, and the outside world.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, createTaskStore, startPrivateRedis } from '@tars/core/redis';
import { freePort, startFakeClaude, startFakeN8n, waitUntil } from '@tars/testkit';
import { copyProduct } from './product-copy.mjs';
import { openRedisGate } from './redis-gate.mjs';
import { SCENARIO } from './story.mjs';

// Told to end, the rig ends its world first.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

export const CODE = '4711';
const START_MS = 60_000;
/** A drain takes ten seconds at most; the machine is busy. */
const ENDS_WITHIN_MS = 30_000;

/** `base`: an empty folder. `strikes`: what the gates ask, `{ before, after }`, each told the process' name first. */
export async function openWorld({ base, workers, strikes, scenario = SCENARIO, settings = {}, product = null }) {
  const folders = { state: join(base, 'state'), projects: join(base, 'projects'), redis: join(base, 'redis'), logs: join(base, 'logs') };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  const ledger = join(base, 'ledger');
  await writeFile(ledger, '');
  const [from, server, claude, n8n, apiPort] = await Promise.all([
    product ?? copyProduct(join(base, 'product')),
    startPrivateRedis({ dataDir: folders.redis }),
    startFakeClaude({ scenario }),
    startFakeN8n({ out: join(base, 'deliveries') }),
    freePort(),
  ]);
  const redis = await connectRedis(server.endpoint);
  const common = {
    PATH: process.env.PATH ?? '',
    HOME: base,
    TARS_STATE_DIR: folders.state,
    PROJECTS_ROOT: folders.projects,
    // The ledger lies outside every project, where a sandbox would let nothing be written.
    SANDBOX: 'off',
    LOG_LEVEL: 'info',
    ...settings,
  };
  const running = new Map();
  let isClosing = false;
  // However the rig ends, it takes everything along.
  const endAll = () => {
    isClosing = true;
    for (const pid of [...[...running.values()].map((entry) => entry.pid), server.pid]) stop(pid, 'SIGKILL');
  };
  process.once('exit', endAll);

  const run = async (name, part, env, build = from) => {
    const gate = await openRedisGate(server.endpoint.path, {
      before: (command) => strikes.before(name, command),
      after: (command, reply) => strikes.after(name, command, reply),
    });
    const log = createWriteStream(join(folders.logs, `${name}.log`), { flags: 'a' });
    const entry = { name, gate, starts: 0, pid: -1, ended: Promise.resolve(), isRetired: false };
    const start = () => {
      const bin = join(build, 'packages', part, 'bin', `tars-${part}.mjs`);
      const child = spawn(process.execPath, [bin], { env: { ...common, ...env, REDIS_URL: gate.url }, stdio: ['ignore', 'pipe', 'pipe'] });
      entry.pid = child.pid ?? -1;
      entry.starts++;
      for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
      entry.ended = once(child, 'exit').then(() => {
        strikes.died(name);
        if (!isClosing && !entry.isRetired) start();
      });
    };
    start();
    running.set(name, entry);
  };

  const envOf = {
    api: { CONFIRMATION_CODE: CODE, WEBHOOK_PORT: String(apiPort), N8N_WEBHOOK_URL: n8n.url },
    notifier: { N8N_WEBHOOK_URL: `${n8n.url}/webhook/tars` },
    worker: { ANTHROPIC_API_KEY: 'sk-ant-of-the-rig', ANTHROPIC_BASE_URL: claude.url, WORKER_CONCURRENCY: '1' },
  };
  await run('api', 'api', envOf.api);
  await run('notifier', 'notifier', envOf.notifier);
  const startWorkers = async (count) => {
    for (let at = 1; at <= count; at++) await run(`worker-${at}`, 'worker', envOf.worker);
  };
  const stayed = [];
  /** Ends for good. */
  const retire = async (name) => {
    const entry = running.get(name);
    running.delete(name);
    entry.isRetired = true;
    stop(entry.pid, 'SIGTERM');
    stayed.push(await stayedBeyond(entry));
    entry.gate.close();
  };
  await startWorkers(workers);
  const address = `http://127.0.0.1:${apiPort}`;
  await waitUntil(async () => (await fetch(`${address}/readyz`)).ok, { timeoutMs: START_MS, what: 'the api' });

  return {
    base,
    folders,
    ledger,
    server,
    redis,
    store: createTaskStore(redis),
    claude,
    n8n,
    /** The api's answer, asked for again for as long as the api or Redis is away. */
    async ask(path, body) {
      return waitUntil(
        async () => {
          const response = await fetch(address + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
            signal: AbortSignal.timeout(5_000),
          });
          return response.status >= 500 ? null : { status: response.status, body: await response.json() };
        },
        { timeoutMs: START_MS, what: `an answer to ${path}` },
      );
    },
    pidOf: (name) => running.get(name)?.pid ?? -1,
    endOf: (name) => running.get(name)?.ended,
    startWorkers,
    /** One more process, of a build that may be another than this one's. */
    start: (name, part, build) => run(name, part, envOf[part], build),
    retire,
    /** Everything dies at once, Redis too, and comes back. */
    async blackOut() {
      const ended = [...running.values()].map(({ pid, ended: end }) => {
        process.kill(pid, 'SIGKILL');
        return end;
      });
      await Promise.all([server.stop('SIGKILL'), ...ended]);
      await server.restart();
    },
    restarts: () => [...running.values()].reduce((sum, { starts }) => sum + starts - 1, 0),
    /** Resolves to the names of those who did not end when asked to, now or before. */
    async close() {
      isClosing = true;
      for (const { pid } of running.values()) stop(pid, 'SIGTERM');
      stayed.push(...(await Promise.all([...running.values()].map(stayedBeyond))));
      for (const { gate } of running.values()) gate.close();
      redis.destroy();
      await Promise.all([claude.close(), n8n.close(), server.close()]);
      process.off('exit', endAll);
      return stayed.filter((name) => name !== null);
    },
  };
}

/** Its name if it had to be killed. */
async function stayedBeyond({ name, pid, ended }) {
  if ((await Promise.race([ended.then(() => 'ended'), delay(ENDS_WITHIN_MS, 'stayed', { ref: false })])) === 'ended') return null;
  stop(pid, 'SIGKILL');
  await ended;
  return name;
}

function stop(pid, how) {
  try {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, how);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
