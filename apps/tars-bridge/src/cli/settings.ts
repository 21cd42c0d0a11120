// The settings of one run of the command: the environment, completed from the files that count, read at once.
import { fileURLToPath } from 'node:url';
import { type Config, EnvFileError, parseConfig, printProblems, readEnvFiles } from '@tars/core/env';
import { EXIT, Stop } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** The folder the product lies in, with a slash at its end, seen from this file's place in `apps/tars-bridge/dist/cli`. */
export const INSTALLATION = fileURLToPath(new URL('../../../../', import.meta.url));

type Variables = Record<string, string | undefined>;
export type Settings = { env: Variables; config: Config; warnings: string[] };

/** `overrides` come from the command's own options and win over everything; everything wins over `defaults`. */
export function readSettings(
  { env }: Terminal,
  envFile: string | undefined,
  { overrides = {}, defaults = {} }: { overrides?: Variables; defaults?: Variables } = {},
): Settings {
  const complete = { ...defaults, ...readFiles(env, envFile), ...overrides };
  const parsed = parseConfig(complete);
  if (parsed.ok) return { env: complete, config: parsed.config, warnings: parsed.warnings };
  const lines: string[] = [];
  printProblems(parsed.problems, (text) => lines.push(text));
  throw new Stop(EXIT.usage, lines.join('').trimEnd());
}

function readFiles(env: Terminal['env'], envFile: string | undefined): Variables {
  try {
    return readEnvFiles({ env, envFile, installationRoot: INSTALLATION });
  } catch (error) {
    if (error instanceof EnvFileError) throw new Stop(EXIT.usage, error.message);
    throw error;
  }
}
