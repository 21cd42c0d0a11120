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

/** To be repeated at least every third of `PRESENCE_MS`. */
export async function announce<R extends Role>(redis: Redis, role: R, said: Said<R>): Promise<void> {
  await redis.set(keys.presence(role, said.id), JSON.stringify(said), { expiration: { type: 'PX', value: PRESENCE_MS } });
}

export async function withdraw(redis: Redis, role: Role, id: string): Promise<void> {
  await redis.del(keys.presence(role, id));
}

export async function alive<R extends Role>(redis: Redis, role: R): Promise<Said<R>[]> {
  const found: string[] = [];
  for await (const page of redis.scanIterator({ MATCH: keys.presences(role), COUNT: 100 })) found.push(...page);
  const texts = await Promise.all(found.map((key) => redis.get(key)));
  return texts.flatMap((text) => (text === null ? [] : [v.parse(SCHEMAS[role], JSON.parse(text)) as Said<R>]));
}
