// One forked runner: a clean environment, messages typed, its death told once.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { FromRunner, ToRunner } from '../protocol.js';
import { ATTEMPT_MARK, RUNNER_MARK, SINCE_MARK } from '../shell/process-tree.js';

const BUNDLE = fileURLToPath(new URL('../runner.mjs', import.meta.url));

export type RunnerProcess = {
  pid: number;
  send(message: ToRunner): void;
  /** Resolves once the process has ended and its last message was handed over. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** What a runner may know of this machine; the model's key comes in its first message, nothing else secret comes at all. */
function runnerEnvironment({ id, createdAt, attempt }: Pick<Task, 'id' | 'createdAt' | 'attempt'>): NodeJS.ProcessEnv {
  // The agent's socket is for an approved push; no other command gets it.
  const { PATH, HOME, LANG, TMPDIR, USER, SHELL, SSH_AUTH_SOCK } = process.env;
  const marks = { [RUNNER_MARK]: id, [SINCE_MARK]: String(createdAt), [ATTEMPT_MARK]: String(attempt) };
  const known = { PATH, HOME, LANG, TMPDIR, USER, SHELL, SSH_AUTH_SOCK, ...marks };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

export function startRunner(
  task: Pick<Task, 'id' | 'createdAt' | 'attempt'>,
  logger: Logger,
  onMessage: (message: FromRunner) => void,
  program = BUNDLE,
): RunnerProcess {
  const env = runnerEnvironment(task);
  const child: ChildProcess = fork(program, [], { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child.on('message', (message) => onMessage(message as FromRunner));
  child.on('error', (error) => logger.error('runner failed', { err: error }));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => logger.warn('runner printed', { text: text.slice(0, 2_000) }));
  }
  return {
    pid: child.pid ?? -1,
    send(message) {
      // A runner that has just died cannot be told anything; its end is handled where it is awaited.
      if (child.connected) child.send(message, () => {});
    },
    ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal }))),
  };
}
