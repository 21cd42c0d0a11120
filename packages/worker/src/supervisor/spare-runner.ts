// One runner kept ready for the next task: started ahead, told nothing, used once.
import type { ChildProcess } from 'node:child_process';
import { forkRunner } from './runner-process.js';

export type SpareRunner = {
  /** The one that waits; null when none does, and then whoever asks starts one. Another is made ready later. */
  take(): ChildProcess | null;
  close(): void;
};

/** A task that has just begun needs the processors more than the next one does. */
const REFILL_MS = 2_000;
/** One that dies while it waits would die again. */
const AFTER_DEATH_MS = 30_000;

export function keepSpareRunner(options: { program?: string | undefined; refillMs?: number } = {}): SpareRunner {
  const { program, refillMs = REFILL_MS } = options;
  let spare: ChildProcess | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const refillIn = (ms: number): void => {
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(refill, ms).unref();
  };
  const refill = (): void => {
    const child = forkRunner(program);
    spare = child;
    const died = (): void => {
      if (spare !== child) return;
      spare = null;
      refillIn(AFTER_DEATH_MS);
    };
    child.once('error', died).once('exit', died);
  };
  refill();

  return {
    take() {
      const taken = spare;
      spare = null;
      if (taken !== null) refillIn(refillMs);
      return taken?.connected ? taken : null;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      spare?.kill('SIGKILL');
      spare = null;
    },
  };
}
