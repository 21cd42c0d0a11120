// Git as a program: fixed arguments, no user or system settings, no hooks, no prompts.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LARGEST_OUTPUT = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** What git prints for `args` in `cwd`; rejects with its words when it fails. */
export async function git(cwd: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await run(
    'git',
    ['-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', ...args],
    {
      cwd,
      timeout: TIMEOUT_MS,
      maxBuffer: LARGEST_OUTPUT,
      env: {
        PATH: process.env.PATH ?? '',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        LC_ALL: 'C',
        ...environment,
      },
    },
  );
  return stdout;
}
