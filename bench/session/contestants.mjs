// Who takes part: each does the same session in its own way and is told only a project, a goal and where the model is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectRedis, subscribeNews } from '../../packages/core/dist/redis/index.js';
import { clockMs } from './clock.mjs';

const MODEL = 'claude-sonnet-4-6';
const KEY = 'sk-bench';
const ENDED = new Set(['finished', 'failed', 'timeout', 'cancelled']);
const TARS = fileURLToPath(new URL('../../apps/tars-bridge/bin/tars.mjs', import.meta.url));
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

const commonEnv = (home, url) => ({ PATH: process.env.PATH, HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY });

function tarsEnv(base, url, name) {
  const home = join(base, `home-${name}`);
  mkdirSync(home, { recursive: true });
  return {
    ...commonEnv(home, url),
    TARS_STATE_DIR: join(base, `state-${name}`),
    PROJECTS_ROOT: join(base, 'projects'),
    CLAUDE_MODEL: MODEL,
    SANDBOX: 'required',
    CONFIRMATION_CODE: '4719',
    WEBHOOK_PORT: '0',
    N8N_WEBHOOK_URL: `${url}/updates`,
    LOG_LEVEL: 'warn',
  };
}

function bareSdk(url, base) {
  return {
    name: 'bare SDK',
    run: ({ project, goal, watch }) => ran(process.execPath, [BARE, project, goal], { env: commonEnv(base, url), cwd: project, watch }),
  };
}

function coldTars(url, base) {
  const env = tarsEnv(base, url, 'cold');
  return {
    name: 'tars run',
    run: ({ project, goal, watch }) => ran(process.execPath, [TARS, 'run', goal, '--project', project], { env, cwd: project, watch }),
  };
}

/** `tars up`, started once; a session is one task that it is given, from the asking until the record says that it has ended. */
async function warmTars(url, base) {
  const env = tarsEnv(base, url, 'warm');
  const house = spawn(process.execPath, [TARS, 'up', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  house.stdout.setEncoding('utf8');
  let said = '';
  while (!said.includes('\n')) said += (await once(house.stdout, 'data'))[0];
  const { api } = JSON.parse(said);
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
      const answer = await fetch(`${api}/api/tasks`, {
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
      house.kill('SIGTERM');
      await once(house, 'close');
    },
  };
}

/** Other agents take part where they were installed by hand; none of them comes with this repository. */
function peers(url, base, folder) {
  const home = (name) => {
    const path = join(base, `home-${name}`);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const found = [];
  const binOf = (name, bin) => join(folder, name, 'node_modules', '.bin', bin);
  if (existsSync(binOf('pi', 'pi'))) {
    const agentDir = join(home('pi'), 'agent');
    mkdirSync(agentDir, { recursive: true });
    writeFileSync(join(agentDir, 'models.json'), JSON.stringify({ providers: { anthropic: { baseUrl: url } } }));
    const env = {
      ...commonEnv(home('pi'), url),
      PI_CODING_AGENT_DIR: agentDir,
      PI_OFFLINE: '1',
      PI_TELEMETRY: '0',
      PI_SKIP_VERSION_CHECK: '1',
    };
    // It wants a newer Node than this repository does.
    const node = existsSync(binOf('pi', 'node')) ? binOf('pi', 'node') : process.execPath;
    const args = (goal) => [binOf('pi', 'pi'), '-p', '--provider', 'anthropic', '--model', MODEL, goal];
    found.push({ name: 'pi', run: ({ project, goal, watch }) => ran(node, args(goal), { env, cwd: project, watch }) });
  }
  if (existsSync(binOf('claude-code', 'claude'))) {
    const env = {
      ...commonEnv(home('claude-code'), url),
      IS_SANDBOX: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      DISABLE_TELEMETRY: '1',
    };
    const args = (goal) => ['-p', goal, '--dangerously-skip-permissions', '--model', MODEL];
    found.push({
      name: 'claude-code',
      run: ({ project, goal, watch }) => ran(binOf('claude-code', 'claude'), args(goal), { env, cwd: project, watch }),
    });
  }
  return found;
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
