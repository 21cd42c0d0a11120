// A mark that `env -i` does not wash off: an odd limit of real-time processor time, which every descendant inherits and none has a use for.
import { createHash } from 'node:crypto';

const ATTEMPTS = 2 ** 16;
const HIGHEST_HASH = 2 ** 32;

/** A task among those of all installations on the machine. */
export type TaskName = { taskId: string; since: number };

/** Microseconds, decades of them: so large that it limits nothing, so odd that it names task and attempt. */
export function stampOf({ taskId, since }: TaskName, attempt: number): number {
  const hash = createHash('sha256').update(`${taskId}@${since}`).digest().readUInt32BE();
  return (HIGHEST_HASH + hash) * ATTEMPTS + Math.min(attempt, ATTEMPTS - 1);
}

/** The attempt of this task that a limit names; null when it names none. */
export function stampedAttempt(limit: number, name: TaskName): number | null {
  const attempt = limit - stampOf(name, 0);
  return attempt >= 0 && attempt < ATTEMPTS ? attempt : null;
}

/** Shell words that stamp the shell they run in; where neither way exists the other marks must do. */
export const stampCommand = (stamp: number): string =>
  `ulimit -R ${stamp} 2>/dev/null || prlimit --pid $$ --rttime=${stamp} 2>/dev/null || :`;
