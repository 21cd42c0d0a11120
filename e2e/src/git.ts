// Git as a stranger to the owner's settings: no user or system configuration, no prompt.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const git = async (folder: string, args: readonly string[]): Promise<string> => {
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  return (await run('git', ['-C', folder, ...args], { env })).stdout;
};
