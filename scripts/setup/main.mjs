// What must be there before a command of this repository can run: each step in order, and only when it is due.
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ROOT, readJson } from '../workspace.mjs';
import { withLock } from './lock.mjs';
import { createReadiness } from './readiness.mjs';
import { ensureRedisServer, findRedisServer } from './redis-server.mjs';
import { createRunner, InterruptedError, StepError } from './runner.mjs';

const TOOLS = join(ROOT, '.tools');
const REDIS = join(TOOLS, 'redis');

const say = (line) => process.stderr.write(`setup: ${line}\n`);

export async function main([command, ...args]) {
  if (command === undefined) {
    say('Which command? node scripts/bootstrap.mjs <command…>');
    process.exitCode = 2;
    return;
  }
  const runner = createRunner();
  const env = preparedEnvironment(process.env);
  try {
    await prepare(runner, env);
    runner.exitLike(await runner.handOver(command, args, env));
  } catch (error) {
    if (error instanceof InterruptedError) return runner.exitLike({ signal: error.signal });
    if (!(error instanceof StepError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

async function prepare(runner, env) {
  mkdirSync(TOOLS, { recursive: true });
  const readiness = createReadiness(ROOT, join(TOOLS, 'ready.json'));
  const pnpm = readJson(join(ROOT, 'package.json')).packageManager;
  const isReady = () => readiness.isInstalled() && readiness.isBuilt() && findRedisServer(env.PATH) !== null;
  if (isReady()) return;

  const work = async () => {
    if (!readiness.isInstalled()) {
      const inputs = readiness.installInputs();
      if (installedPnpm() !== pnpm) {
        say(`fetching ${pnpm}`);
        await runner.step(
          'npm',
          ['install', '--prefix', TOOLS, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error', pnpm],
          env,
        );
      }
      say('installing dependencies');
      await runner.step('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'], env);
      readiness.installed(inputs);
    }
    if (findRedisServer(env.PATH) === null) await ensureRedisServer({ folder: REDIS, step: runner.step, env, say });
    if (!readiness.isBuilt()) {
      const inputs = readiness.buildInputs();
      say('building');
      await runner.step('turbo', ['run', 'build', '--output-logs=errors-only', '--ui=stream', '--no-update-notifier'], env);
      readiness.built(inputs);
    }
  };
  await withLock(join(TOOLS, 'setup.lock'), () => say('waiting for another set-up of this folder to end'), work);
}

function installedPnpm() {
  const manifest = join(TOOLS, 'node_modules/pnpm/package.json');
  return existsSync(manifest) ? `pnpm@${readJson(manifest).version}` : null;
}

/** Our tools come first on PATH, except the Redis server: one that the machine has is preferred. */
function preparedEnvironment(env) {
  const prefix = join(dirname(process.execPath), '..');
  // pnpm would otherwise download Node's headers to compile node-pty although they lie beside the Node in use.
  const headers = existsSync(join(prefix, 'include/node/node_api.h')) ? { npm_config_nodedir: prefix } : {};
  return {
    ...headers,
    ...env,
    PATH: [join(TOOLS, 'node_modules/.bin'), join(ROOT, 'node_modules/.bin'), env.PATH ?? '', join(REDIS, 'bin')].join(delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
  };
}
