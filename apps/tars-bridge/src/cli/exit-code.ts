// What the command's exit code tells a script.
import type { Task } from '@tars/core';

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  waits: 3,
  timeout: 4,
  cancelled: 5,
  noRedis: 69,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with a sentence for the person at the terminal. */
export class Stop extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The exit code of an ended task. Silence where nobody could have answered is "waits for a human", not a failure. */
export function exitCodeOf({ state, failure }: Pick<Task, 'state' | 'failure'>, couldAnswer: boolean): ExitCode {
  switch (state) {
    case 'finished':
      return EXIT.ok;
    case 'timeout':
      return EXIT.timeout;
    case 'cancelled':
      return EXIT.cancelled;
    case 'failed':
      return failure?.reason === 'confirmation_timeout' && !couldAnswer ? EXIT.waits : EXIT.failed;
    case 'queued':
    case 'started':
    case 'paused':
      return EXIT.waits;
  }
}
