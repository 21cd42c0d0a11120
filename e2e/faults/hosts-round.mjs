// One round over several machines: tasks without a pause, wires cut and mended in the middle of them, and the verdict at the end.
import { generateKeyPairSync } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { alive } from '@tars/core/redis';
import { tempDir, waitUntil } from '@tars/testkit';
import { openHost } from './host.mjs';
import { watchHosts } from './hosts-watch.mjs';
import { judge } from './judge.mjs';
import { ADDRESSES, openWay } from './network.mjs';
import { answerRequests, ended, keyOf, marksOf, start, survivors, wishFor } from './round.mjs';
import { createTally, UNSTRUCK } from './strikes.mjs';
import { openWorld } from './world.mjs';

/** Beyond it something is stuck: a task that is cut off again and again takes minutes. */
const TASK_MS = 900_000;
const TOLD_MS = 120_000;
const BUSY_MS = 120_000;
const BACK_MS = 120_000;
const SLOTS = 2;
/** One more, and the task ends as poisoned. */
const MOST_CRASHES = 2;

/**
 * `plan`: cuts, `{ kind, ms, afterMs }`, each made on the next host that is at work. `loss`: what becomes of a task whose host is
 * lost. `leaseMs`: the product's. Resolves to what was done and what is wrong.
 */
export async function runHosts({ plan, hosts: count, loss, leaseMs, product, keep = false, tell = () => {} }) {
  const folder = await tempDir('tars-hosts-');
  const wrong = [];
  const complain = (kind, task, what) => wrong.push({ kind, task, what });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const world = await openWorld({
    base: folder.path,
    workers: 0,
    strikes: UNSTRUCK,
    settings: { CONFIRMATION_SIGNING_KEY: privateKey },
    product,
  });
  const ways = [
    await openWay(ADDRESSES.redis, { path: world.server.endpoint.path }),
    await openWay(ADDRESSES.claude, { port: world.claude.port }),
  ];
  const [redis, claude] = ways;
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder.path,
    PROJECTS_ROOT: world.folders.projects,
    SANDBOX: 'off',
    WORKER_CONCURRENCY: String(SLOTS),
    ON_HOST_LOSS: loss,
    REDIS_URL: `redis://${ADDRESSES.redis}:${redis.port}`,
    ANTHROPIC_API_KEY: 'sk-ant-of-the-rig',
    ANTHROPIC_BASE_URL: `http://${ADDRESSES.claude}:${claude.port}`,
    CONFIRMATION_PUBLIC_KEY: publicKey,
  };
  const program = join(product, 'packages/worker/bin/tars-worker.mjs');
  const hosts = [];
  const tallies = [];
  const cuts = [];
  const stop = new AbortController();
  const answering = answerRequests(world, tallies, stop.signal);
  let watch = null;
  const close = async () => {
    stop.abort();
    await answering;
    await watch?.close();
    const stayed = await Promise.all(hosts.map(async (host) => ((await host.close()) ? [] : [host.name])));
    for (const way of ways) way.close();
    return [...stayed.flat(), ...(await world.close())];
  };
  try {
    for (let number = 1; number <= count; number++)
      hosts.push(await openHost({ name: `host-${number}`, number, program, env, folder: folder.path }));
    watch = await watchHosts({ world, hosts });

    const heldBy = async (name) => {
      const tasks = await Promise.all(tallies.filter(({ isOver }) => !isOver).map(({ id }) => id && world.store.read(id)));
      return tasks.filter((task) => task?.worker?.host === name);
    };
    /** When Redis last heard of that host. */
    const heardOf = async (name) => {
      const ids = (await alive(world.redis, 'worker'))
        .filter(({ host }) => host === name)
        .map(({ id }) => world.redis.zScore('tars:presence:worker', id));
      return Math.max(0, ...(await Promise.all(ids)));
    };
    const waiting = [...plan];
    const cutting = async (host) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const at = await waitUntil(() => heldBy(host.name).then((held) => held.some(({ worker }) => worker.tree.length > 0)), {
          timeoutMs: BUSY_MS,
          what: `work for ${host.name}`,
        }).catch((error) => complain('ending', '?', error.message));
        if (at === undefined) return;
        await delay(next.afterMs);
        const held = await heldBy(host.name);
        // A third death would be one too many, and rightly so.
        const ms = held.some(({ crashes }) => crashes >= MOST_CRASHES) ? Math.min(next.ms, leaseMs / 3) : next.ms;
        const mend = await host.cut(next.kind);
        const cut = { kind: next.kind, host: host.name, from: Date.now(), to: Number.POSITIVE_INFINITY, struck: held.length };
        cuts.push(cut);
        await delay(ms);
        await mend();
        cut.to = Date.now();
        await waitUntil(async () => (await heardOf(host.name)) > cut.to, {
          timeoutMs: BACK_MS,
          what: `${host.name} to be back from ${next.kind} of ${ms} ms`,
        })
          .then(() => Object.assign(cut, { backMs: Date.now() - cut.to }))
          .catch((error) => complain('ending', '?', error.message));
        tell(cut, { done: cuts.length, tasks: tallies.length });
      }
    };
    let isCutting = true;
    const oneTask = async () => {
      const tally = Object.assign(createTally(keyOf(tallies.length), []), { mayBeLost: loss === 'fail' });
      tallies.push(tally);
      try {
        const wish = await wishFor(world, tally, 'far');
        Object.assign(tally, { project: wish.project_path, tale: 'far' });
        tally.id = await start(world, wish);
        await ended(world, tally.id, TASK_MS);
      } catch (error) {
        complain('ending', tally.key, error.message);
      }
      tally.isOver = true;
    };
    const working = async () => {
      while (isCutting) await oneTask();
    };
    const work = Promise.all(Array.from({ length: count * SLOTS + 1 }, working));
    await Promise.all(hosts.map(cutting));
    isCutting = false;
    await work;
    await waitUntil(async () => (await world.redis.zCard('tars:outbox:n8n')) === 0, {
      timeoutMs: TOLD_MS,
      what: 'every update to be delivered',
    }).catch((error) => complain('delivery', 'all', error.message));
    const told = tallies.filter(({ id }) => id !== undefined);
    wrong.push(...(await survivors(await marksOf(world, told))));
    // Not only deaths: a host that stopped its tasks by itself has cut a command short, too.
    for (const tally of told) {
      const events = await world.store.events(tally.id, 0, 10_000);
      const claims = events.filter(({ event }) => event.type === 'task.claimed').length;
      const isGivenUp = ['poison', 'host_lost'].includes((await world.store.read(tally.id))?.failure?.reason);
      tally.crashes = isGivenUp ? claims : Math.max(0, claims - 1);
    }
    const judged = await judge({ world, tallies: told });
    wrong.push(...judged.wrong);
    const lost = (await Promise.all(told.map(({ id }) => world.store.read(id)))).filter((task) => task?.failure?.reason === 'host_lost');
    const seen = await watch.judge({ tallies: told, cuts, leaseMs, complain });
    for (const name of await close()) complain('survivor', 'all', `${name} did not end when asked to`);
    wrong.push(...(await survivors([folder.path])));
    if (wrong.length === 0 && !keep) await rm(folder.path, { recursive: true, force: true });
    return { ...judged, ...seen, wrong, cuts, tallies: told, lost: lost.length, folder: folder.path };
  } catch (error) {
    await close();
    throw error;
  }
}
