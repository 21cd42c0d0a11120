// Git as a program: fixed arguments, no user or system settings, no hooks, no prompts.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGEST_OUTPUT = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** File names are ours to read back, so nothing is forbidden and nothing is quoted. */
export const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.fsmonitor=false',
  'core.protectNTFS=false',
  'core.protectHFS=false',
  'commit.gpgSign=false',
].flatMap((setting) => ['-c', setting]);

export type Environment = Readonly<Record<string, string>>;

export const environmentWith = (more: Environment): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
  ...more,
});

/** What git prints for `args` in `cwd`; rejects with its words when it fails. */
export async function git(cwd: string, args: readonly string[], environment: Environment = {}): Promise<string> {
  const { stdout } = await run('git', [...SETTINGS, ...args], {
    cwd,
    timeout: TIMEOUT_MS,
    maxBuffer: LARGEST_OUTPUT,
    env: environmentWith(environment),
  });
  return stdout;
}

/** Git as a process to talk to. */
export const spawnGit = (cwd: string, args: readonly string[], environment: Environment = {}): ChildProcessWithoutNullStreams =>
  spawn('git', [...SETTINGS, ...args], { cwd, env: environmentWith(environment) });
