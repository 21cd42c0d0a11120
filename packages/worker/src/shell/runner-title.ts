// The name a runner goes by once it has a task: one that was started before there was a task has no mark in its environment.

const PROGRAM = 'tars-runner';

/** The system gives a name as much room as the command line has: this is said there to have enough. */
export const ROOM = 'waits for its task'.padEnd(80, '.');

type Attempt = { taskId: string; since: number; attempt: number };

export const runnerTitle = ({ taskId, since, attempt }: Attempt): string => `${PROGRAM} ${taskId} ${since} ${attempt}`;

/** The attempt at this task that the name of a process tells; null when it tells of none. */
export function titledAttempt(command: string, { taskId, since }: Omit<Attempt, 'attempt'>): number | null {
  const [program, id, when, attempt] = command.split(' ');
  return program === PROGRAM && id === taskId && when === String(since) ? Number(attempt) : null;
}
