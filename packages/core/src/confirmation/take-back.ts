// A no that comes after a yes, while no command has used the yes yet: then it was never given.
import type { Caller } from '../audit.js';
import type { Channel } from '../event.js';
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';
import type { Target } from './find-request.js';
import type { Grant } from './grant.js';
import type { Submitted } from './submitted.js';

const MAX_EVENTS = 5_000;

export type GrantedTask = Task & { grant: Grant };

/** The task whose unused yes is meant, when exactly one is; `found` is what a look for an open request gave. */
export async function grantedTask(
  store: TaskStore,
  { confirmationId }: Target,
  { outcome, taskId }: Submitted,
): Promise<GrantedTask | null> {
  if (outcome !== 'nothing_pending' && outcome !== 'expired') return null;
  const granted = (await store.waiting()).flatMap(({ grant, ...task }) =>
    grant === null || (taskId !== '' && task.id !== taskId) || (confirmationId ?? grant.confirmationId) !== grant.confirmationId
      ? []
      : [{ ...task, grant }],
  );
  const [only, second] = granted;
  return second === undefined ? (only ?? null) : null;
}

type No = { at: number; feedback: string | null; by: Caller & { channel: Channel } };

/** False when the command was faster. */
export async function takeBack(
  store: TaskStore,
  { id, grant: { confirmationId } }: GrantedTask,
  { at, feedback, by }: No,
): Promise<boolean> {
  const asked = (await store.events(id, 0, MAX_EVENTS)).findLast(
    ({ event }) => event.type === 'confirmation.requested' && event.confirmation.id === confirmationId,
  );
  if (asked?.event.type !== 'confirmation.requested') return false;
  const { command } = asked.event.confirmation;
  const done = await store.commit(id, {
    as: { role: 'outsider' },
    events: [{ type: 'confirmation.answered', at, confirmationId, outcome: 'denied', command, grant: null, feedback, channel: by.channel }],
    by,
  });
  return done.kind === 'committed';
}
