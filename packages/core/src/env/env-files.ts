// Which `.env` files count: never a task's project, and the process environment always wins.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { errorCode } from './error-code.js';
import type { Env } from './setting.js';
import { stateDir } from './state-dir.js';

export class EnvFileError extends Error {
  readonly code = 'env_file';
  constructor(path: string, cause: unknown) {
    const why = errorCode(cause) ?? String(cause);
    super(`The settings file ${JSON.stringify(path)} cannot be read (${why}). Give --env-file an existing file.`, { cause });
  }
}

const ABSENT: readonly (string | null)[] = ['ENOENT', 'ENOTDIR'];

type Sources = {
  /** The process environment. */
  env: Env;
  /** From `--env-file`: then it is the only file read, and it must exist. */
  envFile?: string | undefined;
  /** The folder TARS is installed in. */
  installationRoot?: string | undefined;
};

/** The environment completed from files; of two files the one in the state directory wins. */
export function readEnvFiles({ env, envFile, installationRoot }: Sources): Record<string, string | undefined> {
  if (envFile !== undefined) return complete(env, readFile(envFile, 'required'));
  const installed = installationRoot === undefined ? {} : readFile(join(installationRoot, '.env'), 'optional');
  const ofState = readFile(join(stateDir(complete(env, installed)), '.env'), 'optional');
  return complete(env, complete(ofState, installed));
}

function readFile(path: string, need: 'required' | 'optional'): Env {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if (need === 'optional' && ABSENT.includes(errorCode(error))) return {};
    throw new EnvFileError(path, error);
  }
}

/** `strong` wins by setting, not by name: its X also hides the other's X_FILE, and the other way round. */
function complete(strong: Env, weak: Env): Record<string, string | undefined> {
  const base = (name: string) => name.replace(/_FILE$/, '');
  const taken = new Set(Object.keys(strong).map(base));
  return { ...Object.fromEntries(Object.entries(weak).filter(([name]) => !taken.has(base(name)))), ...strong };
}
