// What live processes say of themselves: gone 10 s after the process is.
import * as v from 'valibot';
import type { Redis } from './connect.js';
import { keys } from './keys.js';

export const PRESENCE_MS = 10_000;

export const WorkerPresence = v.object({
  id: v.string(),
  host: v.string(),
  pool: v.string(),
  roots: v.array(v.string()),
  /** What it clones, as PROJECTS_GIT_URLS lists it. */
  repositories: v.optional(v.array(v.string())),
  slots: v.number(),
  busy: v.number(),
  /** The sandbox its commands run in; `none`; or `missing` when it must have one, has none and so takes no task. */
  sandbox: v.string(),
  /** Whether it has a key for the model. */
  key: v.boolean(),
  model: v.string(),
  /** What all tasks may cost today is spent: what it takes, it pauses at once. */
  dayIsSpent: v.optional(v.boolean()),
});
export type WorkerPresence = v.InferOutput<typeof WorkerPresence>;

export const NotifierPresence = v.object({
  id: v.string(),
  host: v.string(),
  /** Whether it knows where to send updates. */ delivers: v.boolean(),
  /** When each way out took something last (ms since 1970), as far as it has since the start. */
  told: v.optional(v.record(v.string(), v.number())),
});
export type NotifierPresence = v.InferOutput<typeof NotifierPresence>;

const SCHEMAS = { worker: WorkerPresence, notifier: NotifierPresence } as const;
type Role = keyof typeof SCHEMAS;
type Said<R extends Role> = v.InferOutput<(typeof SCHEMAS)[R]>;

/** Long after the last word of one nobody will ask for it again, whatever the clocks of the machines say. */
const FORGOTTEN_MS = 3_600_000;

/** To be repeated at least every third of `PRESENCE_MS`. */
export async function announce<R extends Role>(redis: Redis, role: R, said: Said<R>): Promise<void> {
  const now = Date.now();
  await redis
    .multi()
    .set(keys.presence(role, said.id), JSON.stringify(said), { expiration: { type: 'PX', value: PRESENCE_MS } })
    .zAdd(keys.presences(role), { score: now, value: said.id })
    .zRemRangeByScore(keys.presences(role), 0, now - FORGOTTEN_MS)
    .exec();
}

export async function withdraw(redis: Redis, role: Role, id: string): Promise<void> {
  await redis.multi().del(keys.presence(role, id)).zRem(keys.presences(role), id).exec();
}

/** By their index: a look through all keys would take longer with every task that is kept. */
export async function alive<R extends Role>(redis: Redis, role: R): Promise<Said<R>[]> {
  const ids = await redis.zRange(keys.presences(role), 0, -1);
  const texts = ids.length === 0 ? [] : await redis.mGet(ids.map((id) => keys.presence(role, id)));
  return texts.flatMap((text) => (text === null ? [] : [v.parse(SCHEMAS[role], JSON.parse(text)) as Said<R>]));
}
