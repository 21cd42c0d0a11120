// One forked runner: a clean environment, messages typed, its death told once.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { FromRunner, ToRunner } from '../protocol.js';
import { ATTEMPT_MARK, RUNNER_MARK, SINCE_MARK } from '../shell/process-tree.js';
import { ROOM } from '../shell/runner-title.js';
import type { SpareRunner } from './spare-runner.js';

const BUNDLE = fileURLToPath(new URL('../runner.mjs', import.meta.url));

export type RunnerProcess = {
  pid: number;
  send(message: ToRunner): void;
  /** Resolves once the process has ended and its last message was handed over. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** What a runner may know of this machine; of its task it is told in its first message, the model's key included, and nothing else secret comes at all. */
function runnerEnvironment(): NodeJS.ProcessEnv {
  // The agent's socket is for an approved push; no other command gets it.
  const { PATH, HOME, LANG, TMPDIR, USER, SHELL, SSH_AUTH_SOCK } = process.env;
  const known = { PATH, HOME, LANG, TMPDIR, USER, SHELL, SSH_AUTH_SOCK };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

type Named = Pick<Task, 'id' | 'createdAt' | 'attempt'>;

/** For one task, with its marks from the start; or for whichever comes, and then it takes its name from its first message. */
export function forkRunner(program = BUNDLE, task: Named | null = null): ChildProcess {
  const marks = task === null ? {} : { [RUNNER_MARK]: task.id, [SINCE_MARK]: String(task.createdAt), [ATTEMPT_MARK]: String(task.attempt) };
  return fork(program, [ROOM], { env: { ...runnerEnvironment(), ...marks }, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
}

export function startRunner(
  task: Named,
  logger: Logger,
  onMessage: (message: FromRunner) => void,
  { program, spare }: { program?: string | undefined; spare?: SpareRunner | undefined } = {},
): RunnerProcess {
  const child = spare?.take() ?? forkRunner(program, task);
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
