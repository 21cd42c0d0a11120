// `tars up`, as its owner starts it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TARS = fileURLToPath(new URL('../../apps/tars-bridge/bin/tars.mjs', import.meta.url));
export const MODEL = 'claude-sonnet-4-6';
export const KEY = 'sk-bench';
export const CODE = '4719';

export const commonEnv = (home, url) => ({ PATH: process.env.PATH, HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY });

/** A home and a state directory of its own under `base`; `updates`: where notifications go. */
export function tarsEnv({ base, url, name, updates }) {
  const home = join(base, `home-${name}`);
  mkdirSync(home, { recursive: true });
  return {
    ...commonEnv(home, url),
    TARS_STATE_DIR: join(base, `state-${name}`),
    PROJECTS_ROOT: join(base, 'projects'),
    CLAUDE_MODEL: MODEL,
    SANDBOX: 'required',
    CONFIRMATION_CODE: CODE,
    WEBHOOK_PORT: '0',
    N8N_WEBHOOK_URL: updates,
    LOG_LEVEL: 'warn',
  };
}

/** Resolves once all of it runs. */
export async function openHouse(env) {
  const house = spawn(process.execPath, [TARS, 'up', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  house.stdout.setEncoding('utf8');
  let said = '';
  while (!said.includes('\n')) said += (await once(house.stdout, 'data'))[0];
  const { api } = JSON.parse(said);
  return {
    api,
    pid: house.pid,
    async close() {
      if (house.exitCode !== null || house.signalCode !== null) return;
      house.kill('SIGTERM');
      await once(house, 'close');
    },
  };
}
