// Who takes part: each does the same session in its own way and is told only a project, a goal and where the model is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectRedis, subscribeNews } from '../../packages/core/dist/redis/index.js';
import { findPeer } from '../peers.mjs';
import { clockMs } from './clock.mjs';
import { commonEnv, MODEL, openHouse, TARS, tarsEnv } from './house.mjs';

const ENDED = new Set(['finished', 'failed', 'timeout', 'cancelled']);
const BARE = fileURLToPath(new URL('bare-sdk.mjs', import.meta.url));

/** Runs to its end; `watch` is told the process while it lives. */
async function ran(file, args, { env, cwd, watch }) {
  const startedAt = clockMs();
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-2_000)));
  const watched = watch?.(child.pid);
  const [code] = await once(child, 'close');
  return { startedAt, endedAt: clockMs(), memory: watched?.stop(), trouble: code === 0 ? null : `exit code ${code}: ${said}` };
}

function bareSdk(url, base) {
  return {
    name: 'bare SDK',
    run: ({ project, goal, watch }) => ran(process.execPath, [BARE, project, goal], { env: commonEnv(base, url), cwd: project, watch }),
  };
}

function coldTars(url, base) {
  const env = tarsEnv({ base, url, name: 'cold', updates: `${url}/updates` });
  return {
    name: 'tars run',
    run: ({ project, goal, watch }) => ran(process.execPath, [TARS, 'run', goal, '--project', project], { env, cwd: project, watch }),
  };
}

/** `tars up`, started once; a session is one task that it is given, from the asking until the record says that it has ended. */
async function warmTars(url, base) {
  const env = tarsEnv({ base, url, name: 'warm', updates: `${url}/updates` });
  const house = await openHouse(env);
  const endpoint = { kind: 'socket', path: readFileSync(join(env.TARS_STATE_DIR, 'redis-socket'), 'utf8') };
  const redis = await connectRedis(endpoint);
  const { appendfsync } = await redis.configGet('appendfsync');
  if (appendfsync !== 'always') throw new Error('The record is not written to disk at once: the figures would be of something else.');
  const news = await subscribeNews(redis);

  const endOf = (id) =>
    new Promise((resolve) => {
      const unlisten = news.listen(async ({ taskId }) => {
        if (taskId !== id) return;
        const status = await redis.hGet(`tars:task:${id}`, 'status');
        if (!ENDED.has(status)) return;
        unlisten();
        resolve({ endedAt: clockMs(), status });
      });
    });

  return {
    name: 'tars up',
    pid: house.pid,
    async run({ project, goal, watch }) {
      const watched = watch?.(house.pid);
      const startedAt = clockMs();
      const answer = await fetch(`${house.api}/api/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ goal, project, session_id: project }),
      });
      const acceptedAt = clockMs();
      const { task_id: id, message } = await answer.json();
      if (id === undefined) return { startedAt, endedAt: acceptedAt, trouble: message };
      const { endedAt, status } = await endOf(id);
      return { startedAt, endedAt, memory: watched?.stop(), trouble: status === 'finished' ? null : `task ${id}: ${status}` };
    },
    async close() {
      await news.close();
      await redis.close();
      await house.close();
    },
  };
}

/** Other agents take part where they were installed by hand; none of them comes with this repository. */
function peers(url, base, folder) {
  const sessions = [
    { name: 'pi', args: (goal) => ['-p', '--provider', 'anthropic', '--model', MODEL, goal] },
    { name: 'claude-code', args: (goal) => ['-p', goal, '--dangerously-skip-permissions', '--model', MODEL] },
    { name: 'opencode', args: (goal) => ['run', '-m', `anthropic/${MODEL}`, '--auto', goal] },
  ];
  return sessions.flatMap(({ name, args }) => {
    const peer = findPeer(name, { folder, base, url });
    if (peer === null) return [];
    const { file, before, env } = peer;
    return [{ name, run: ({ project, goal, watch }) => ran(file, [...before, ...args(goal)], { env, cwd: project, watch }) }];
  });
}

export async function contestants({ url, base, peersFolder, only }) {
  const isWanted = (name) => only === null || only.includes(name);
  const all = [
    bareSdk(url, base),
    ...(isWanted('tars up') ? [await warmTars(url, base)] : []),
    coldTars(url, base),
    ...(peersFolder === null ? [] : peers(url, base, peersFolder)),
  ];
  return all.filter(({ name }) => isWanted(name));
}
