// Every key of the record. Whatever is not named here (and is not bee-queue's) is not ours.
import { createHash } from 'node:crypto';

const PREFIX = 'tars:';

export const keys = {
  task: (id: string) => `${PREFIX}task:${id}`,
  events: (id: string) => `${PREFIX}task:${id}:events`,
  transcript: (id: string) => `${PREFIX}task:${id}:transcript`,
  /** What the running command prints, for watching live: capped, and lost without harm. */
  output: (id: string) => `${PREFIX}task:${id}:output`,
  /** What the task has changed in its project so far. */
  diff: (id: string) => `${PREFIX}task:${id}:diff`,
  /** What it has committed, as a git bundle: of a task that works in a clone. */
  bundle: (id: string) => `${PREFIX}task:${id}:bundle`,
  /** Which messages on Discord tell of the task: their ids, and that of its thread. */
  discord: (id: string) => `${PREFIX}task:${id}:discord`,
  /** Whatever is kept of a task besides itself and its places in indexes: it goes when the task goes. */
  besideTask: (id: string): string[] => [
    keys.events(id),
    keys.transcript(id),
    keys.output(id),
    keys.diff(id),
    keys.bundle(id),
    keys.discord(id),
  ],
  /** All tasks, and the same by session, by owner, by state; scored by the time they were accepted. */
  tasks: `${PREFIX}tasks`,
  bySession: (sessionId: string) => `${PREFIX}session:${sessionId}`,
  byOwner: (owner: string) => `${PREFIX}owner:${owner}`,
  byState: (state: string) => `${PREFIX}state:${state}`,
  /** The line of one pool of workers: its tasks that are neither over nor paused, held or not. */
  line: (pool: string) => `${PREFIX}pool:${pool}`,
  /** Tasks with an open request for a code, an open question, or a yes that was not used yet. */
  waiting: `${PREFIX}waiting`,
  /** There while nobody needs to look whether that is complete. */
  mended: `${PREFIX}mended`,
  /** All tasks, scored by when their last event came. */
  changed: `${PREFIX}changed`,
  /** Which task works in which folder right now; for an undo also until when, in ms since 1970: `id:until`. */
  projects: `${PREFIX}projects`,
  /** Tasks of a pool whose owner wants something undone. */
  undoing: (pool: string) => `${PREFIX}undoing:${pool}`,
  /** An accepted start under its idempotency key. */
  once: (key: string) => `${PREFIX}once:${createHash('sha256').update(key).digest('hex').slice(0, 32)}`,
  /** What the first of a webhook's messages with this id was answered. */
  webhook: (id: string) => `${PREFIX}webhook:${createHash('sha256').update(id).digest('hex').slice(0, 32)}`,
  /** What somebody who doubts an address has left, to see whether it comes back through it. */
  echo: (nonce: string) => `${PREFIX}echo:${nonce}`,
  /** Which token a browser has signed in with; the id itself is known to the browser alone. */
  visit: (id: string) => `${PREFIX}visit:${createHash('sha256').update(id).digest('hex').slice(0, 32)}`,
  /** What a form was answered, for the page that comes after it. */
  said: (id: string) => `${PREFIX}said:${id}`,
  /** Tasks with undelivered events, scored by when to look at them. */
  outbox: (channel: string) => `${PREFIX}outbox:${channel}`,
  cursor: (channel: string) => `${PREFIX}cursor:${channel}`,
  /** What a channel's receiver would not take, newest first. */
  refused: (channel: string) => `${PREFIX}refused:${channel}`,
  /** How often in a row the telling of a task went wrong as a whole. */
  untellable: (channel: string) => `${PREFIX}untellable:${channel}`,
  /** What all tasks have cost on one day (`2026-11-30`), and how much of it was let pass. */
  spending: (day: string) => `${PREFIX}spending:${day}`,
  /** There while nobody needs to tidy up: expires when it is time again. */
  tidied: `${PREFIX}tidied`,
  /** What is counted of all tasks, for operators: a sample of Prometheus a field. */
  figures: `${PREFIX}figures`,
  /** Who asked for what, as a stream that forgets in time. */
  audit: `${PREFIX}audit`,
  tries: (confirmationId: string) => `${PREFIX}tries:${confirmationId}`,
  triesOfUser: (owner: string) => `${PREFIX}tries:user:${owner}`,
  /** What proves a yes only once, after its first use. */
  spent: (once: string) => `${PREFIX}spent:${once}`,
  /** What a live process says of itself; expires when it stops saying so. */
  presence: (role: string, id: string) => `${PREFIX}presence:${role}:${id}`,
  /** The ids of those who announced themselves, scored by when they last did: who of them lives, their own keys tell. */
  presences: (role: string) => `${PREFIX}presence:${role}`,
  /** Pub/sub channel of hints `id:seq`: never data, readers re-read from their cursor. */
  news: `${PREFIX}news`,
} as const;
