// Where this user's TARS keeps keys, sockets, outputs and snapshots on this machine.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Env } from './setting.js';

const homeOf = (env: Env): string => env.HOME || homedir();

/** `~` and `~/…` in an absolute path's place. */
export function expandHome(path: string, env: Env): string {
  return path === '~' || path.startsWith('~/') ? join(homeOf(env), path.slice(1)) : path;
}

/** The path alone; nothing is made. */
export function stateDir(env: Env): string {
  const chosen = env.TARS_STATE_DIR?.trim();
  if (chosen) return resolve(expandHome(chosen, env));
  const state = env.XDG_STATE_HOME?.trim();
  // The XDG rules say that a relative path here is to be ignored.
  return join(state && isAbsolute(state) ? state : join(homeOf(env), '.local', 'state'), 'tars');
}

/** Makes the folder, for this user alone, unless it exists (then its mode is left as it is). */
export function ensureStateDir(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return dir;
}
