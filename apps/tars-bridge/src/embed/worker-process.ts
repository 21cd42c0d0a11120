// The worker as a child: always a process of its own, started again when it dies, drained at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import type { RedisEndpoint } from '@tars/core/find-redis';
import type { Logger } from '@tars/core/log';
import { binOf } from '../package-bin.js';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that lived this long was healthy: its next death counts as the first. */
const HEALTHY_MS = 60_000;
/** For handing back work; then it is killed, and what it held is resumed by another. */
const DRAIN_MS = 10_000;

export type WorkerProcess = {
  /** Of the process that runs now; undefined between a death and the next start. */
  readonly pid: number | undefined;
  /** Says where Redis is: until then it begins only what needs none. */
  tell(endpoint: RedisEndpoint): void;
  /** Asks it to hand back its work, and resolves once the process is gone. */
  close(): Promise<void>;
};

export function keepWorker({ env, logger }: { env: Record<string, string>; logger: Pick<Logger, 'error'> }): WorkerProcess {
  let child: ChildProcess | undefined;
  let deaths = 0;
  let restart: NodeJS.Timeout | undefined;
  let closing = false;
  let redis: RedisEndpoint | undefined;
  let sayGone = (): void => {};
  const gone = new Promise<void>((resolve) => {
    sayGone = resolve;
  });

  const start = (): void => {
    const startedAt = performance.now();
    // Settings come from this environment alone: files could hold what the worker must not know.
    const started = spawn(process.execPath, [binOf('@tars/worker', 'tars-worker'), '--from-host', '--env-file', '/dev/null'], {
      env,
      // Over the channel it is told where Redis is; by its end it learns that its host is gone.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // A Ctrl+C reaches every process of the terminal's group; a worker signalled twice would not drain.
      detached: true,
    });
    child = started;
    if (redis !== undefined) speak(started, redis);
    const onEnd = (how: Record<string, unknown>): void => {
      if (child !== started) return;
      child = undefined;
      if (closing) {
        sayGone();
        return;
      }
      deaths = performance.now() - startedAt > HEALTHY_MS ? 1 : deaths + 1;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 1), LONGEST_PAUSE_MS);
      logger.error('The worker ended; it is started again', { ...how, pause_ms: pauseMs });
      restart = setTimeout(start, pauseMs);
    };
    started.once('error', (error) => onEnd({ error }));
    started.once('exit', (exitCode, signal) => onEnd({ exit_code: exitCode, signal }));
  };
  start();

  return {
    get pid() {
      return child?.pid;
    },
    tell(endpoint) {
      redis = endpoint;
      if (child !== undefined) speak(child, endpoint);
    },
    async close() {
      closing = true;
      clearTimeout(restart);
      if (child === undefined) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child?.kill('SIGKILL'), DRAIN_MS);
      await gone;
      clearTimeout(late);
    },
  };
}

/** To one that has just died nothing can be said; the next hears it from the start. */
function speak(child: ChildProcess, endpoint: RedisEndpoint): void {
  if (child.connected) child.send({ endpoint }, () => {});
}
