// The record as one of several people may see it: what is another's does not exist, and cannot be told from what never was.
import type { AuditLog } from './audit-log.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import type { TaskStore } from './store.js';

/** One look at the same index whether a task is another's or nobody's, so that the time taken tells nothing either. */
const createOwns = (redis: Redis, owner: string) => async (id: string) => (await redis.zScore(keys.byOwner(owner), id)) !== null;

/** Only `owner`'s tasks. Whatever the store learns to do must be decided here anew: nothing passes by default. */
export function ownedStore(store: TaskStore, redis: Redis, owner: string): TaskStore {
  const owns = createOwns(redis, owner);
  return {
    create(id, event, once = [], by = {}) {
      // The same conversation name and goal of two people are two wishes.
      const own = once.map(({ key, ttlMs }) => ({ key: JSON.stringify([owner, key]), ttlMs }));
      return store.create(id, { ...event, owner }, own, by);
    },
    read: async (id) => ((await owns(id)) ? store.read(id) : null),
    commit: async (id, change) => ((await owns(id)) ? store.commit(id, change) : { kind: 'missing' }),
    events: async (id, afterSeq, limit) => ((await owns(id)) ? store.events(id, afterSeq, limit) : []),
    entries: async (id, afterSeq, limit) => ((await owns(id)) ? store.entries(id, afterSeq, limit) : []),
    diff: async (id) => ((await owns(id)) ? store.diff(id) : null),
    bundle: async (id) => ((await owns(id)) ? store.bundle(id) : null),
    bundleFacts: async (id) => ((await owns(id)) ? store.bundleFacts(id) : null),
    transcript: async (id) => ((await owns(id)) ? store.transcript(id) : []),
    list: (filter) => store.list({ ...filter, owner }),
    page: (filter) => store.page({ ...filter, owner }),
    open: (filter) => store.open({ ...filter, owner }),
    counts: () => store.counts({ owner }),
    waiting: () => store.waiting({ owner }),
    goals: () => store.goals({ owner }),
    standing: async () => {
      const { seqs, at } = await store.standing();
      const own = (await Promise.all([...seqs].map(async (entry) => ((await owns(entry[0])) ? [entry] : [])))).flat();
      return { seqs: new Map(own), at };
    },
    changed: async (since) => {
      const { ids, at } = await store.changed(since);
      return { ids: (await Promise.all(ids.map(async (id) => ((await owns(id)) ? [id] : [])))).flat(), at };
    },
    readHeld: async (id) => ((await owns(id)) ? store.readHeld(id) : null),
    renew: store.renew,
    isHeld: async (id) => ((await owns(id)) ? store.isHeld(id) : false),
    held: store.held,
    line: store.line,
    placesIn: store.placesIn,
    mendWaiting: store.mendWaiting,
    appendOutput: store.appendOutput,
    saveDiff: store.saveDiff,
    saveBundle: store.saveBundle,
    shortenTranscript: store.shortenTranscript,
    undoing: store.undoing,
    spending: store.spending,
    letPass: store.letPass,
  };
}

/** The entries about `owner`'s tasks. An entry that names no task is nobody's but the operator's. */
export function ownedAudit(audit: AuditLog, redis: Redis, owner: string): AuditLog {
  const owns = createOwns(redis, owner);
  return {
    record: audit.record,
    async read(range) {
      const entries = await audit.read(range);
      const ids = [...new Set(entries.flatMap(({ taskId }) => taskId ?? []))];
      const own = new Set((await Promise.all(ids.map(async (id) => ((await owns(id)) ? [id] : [])))).flat());
      return entries.filter(({ taskId }) => taskId !== null && own.has(taskId));
    },
  };
}
