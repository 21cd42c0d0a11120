// A process of ours from start to end: settings, logger, Redis, signals and exit codes, the same for every part of TARS.
import { type Config, parseConfig } from '../env/config.js';
import { EnvFileError, readEnvFiles } from '../env/env-files.js';
import { printProblems } from '../env/problems.js';
import { INSTALLATION_ROOT } from '../installation-root.js';
import { captureConsole } from '../log/capture-console.js';
import { createLogger, type Logger } from '../log/logger.js';
import { createRedactor } from '../redact.js';
import { RedisUnreachableError } from '../redis/connect.js';
import { discoverRedis } from '../redis/discover.js';
import type { RedisEndpoint } from '../redis/endpoint.js';

/** Exit codes of the command line that a part can end with. */
export const EXIT = { ok: 0, config: 2, redis: 69 } as const;

/** How long a drain may take before the process ends all the same: those who stop it for good often wait ten seconds. */
const DRAIN_MS = 9_500;

export type Part = {
  /** Hands back work and closes what is open. */
  close(): Promise<void>;
  /** Resolves when it has nothing more to do; most never do. */
  done?: Promise<void>;
};

export type ProcessStart = {
  config: Config;
  endpoint: RedisEndpoint;
  logger: Logger;
  /** The settings as their files are now (the environment of a process does not change); null, and told, when there are problems. */
  reread(): Config | null;
};

/**
 * Runs until SIGINT or SIGTERM (a second one ends it at once) or until the part is done.
 * Sets `process.exitCode`: 0, 2 with every problem of the settings, or 69 when Redis does not answer.
 */
export async function runProcess(options: {
  name: string;
  envFile?: string | undefined;
  /** Settings that flags override. */
  overrides?: Readonly<Record<string, string | undefined>>;
  /** In place of looking for Redis: what needs none is begun here, and somebody says where it is. */
  findRedis?: (given: Pick<ProcessStart, 'config' | 'logger'>) => Promise<RedisEndpoint | null>;
  start: (given: ProcessStart) => Promise<Part>;
}): Promise<void> {
  const { name, envFile, overrides = {}, start } = options;
  const { findRedis = ({ config }) => discoverRedis(config.redis, config.stateDir) } = options;
  const read = readConfig(envFile, overrides);
  if (read === null) {
    process.exitCode = EXIT.config;
    return;
  }
  const { config, warnings } = read;
  const logger = createLogger({ service: name, level: config.logLevel, format: config.logFormat, redact: createRedactor(config.secrets) });
  captureConsole(logger);
  for (const warning of warnings) logger.warn(warning);
  try {
    const endpoint = await findRedis({ config, logger });
    if (endpoint === null)
      throw new RedisUnreachableError({ kind: 'host', host: 'localhost', port: 6379, db: 0, password: null }, 'nothing listens');
    const part = await start({ config, endpoint, logger, reread: () => readConfig(envFile, overrides)?.config ?? null });
    await Promise.race([untilSignalled(), part.done ?? new Promise<never>(() => {})]);
    logger.info('draining');
    process.exitCode = 1;
    // Also where all is closed and something in a library still keeps the process.
    setTimeout(() => process.exit(), DRAIN_MS).unref();
    await part.close();
    process.exitCode = EXIT.ok;
  } catch (error) {
    const unreachable = error instanceof RedisUnreachableError;
    if (!unreachable && !isMisuse(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = unreachable ? EXIT.redis : EXIT.config;
  }
}

/** What the operator can mend by a setting; anything else is a bug and shows where it happened. */
const isMisuse = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && ['cannot_listen', 'signing_key'].includes(String(error.code));

/** The settings and what to warn of; null when there are problems, which are then on standard error. */
function readConfig(
  envFile: string | undefined,
  overrides: Readonly<Record<string, string | undefined>>,
): { config: Config; warnings: string[] } | null {
  try {
    const parsed = parseConfig({ ...readEnvFiles({ env: process.env, envFile, installationRoot: INSTALLATION_ROOT }), ...overrides });
    if (parsed.ok) return parsed;
    printProblems(parsed.problems);
  } catch (error) {
    if (!(error instanceof EnvFileError)) throw error;
    printProblems([error.message]);
  }
  return null;
}

function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    let signalled = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (signalled) process.exit(130);
        signalled = true;
        resolve();
      });
    }
  });
}
