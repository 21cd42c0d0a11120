// Which tasks there are, found by indexes: what a list costs depends on what it shows, not on how many tasks are kept.
import type { State } from '../state.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

export type ListFilter = { state?: State; sessionId?: string; owner?: string; limit?: number };
export type Page = { tasks: Task[] /** How many older ones there are. */; more: number };
export type Counts = Readonly<Record<State, number>> & {
  /** Tasks that ask for a code or an answer, paused ones too. */
  asking: number;
  /** Of those that are started: how many do. */
  waiting: number;
};

// KEYS: indexes, all of which name the task. ARGV: limit, newest score ('' for any), the id that comes before all others of that score.
// A single index need not be walked to its end to be counted.
const pageScript = script<[more: number, ...ids: string[]]>(`
local walked = KEYS[1]
for i = 2, #KEYS do if redis.call('ZCARD', KEYS[i]) < redis.call('ZCARD', walked) then walked = KEYS[i] end end
local function isListed(id)
  for i = 1, #KEYS do if KEYS[i] ~= walked and not redis.call('ZSCORE', KEYS[i], id) then return false end end
  return true
end
local limit, newest, before = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local top = newest == '' and '+inf' or newest
local page, at, size = { 0 }, 0, #KEYS == 1 and limit + 1 or 500
while true do
  local found = redis.call('ZRANGE', walked, top, '-inf', 'BYSCORE', 'REV', 'LIMIT', at, size, 'WITHSCORES')
  for i = 1, #found, 2 do
    at = at + 1
    local isLater = newest ~= '' and tonumber(found[i + 1]) == tonumber(newest) and found[i] >= before
    if not isLater and isListed(found[i]) then
      if #page <= limit then page[#page + 1] = found[i] else page[1] = page[1] + 1 end
    end
    if #KEYS == 1 and #page > limit then
      page[1] = redis.call('ZCOUNT', walked, '-inf', top) - at
      return page
    end
  end
  if #found < 2 * size then return page end
end
`);

// KEYS: two indexes. How many both name.
const bothScript = script<number>(`
local one, two = KEYS[1], KEYS[2]
if redis.call('ZCARD', two) < redis.call('ZCARD', one) then one, two = two, one end
local count = 0
for _, id in ipairs(redis.call('ZRANGE', one, 0, -1)) do if redis.call('ZSCORE', two, id) then count = count + 1 end end
return count
`);

// KEYS: indexes. ARGV: prefix of task keys, whose ('' for anybody's). Each task, when it was accepted, and its goal by turns.
const goalsScript = script<string[]>(`
local goals = {}
for _, index in ipairs(KEYS) do
  local found = redis.call('ZRANGE', index, 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local task = redis.call('HMGET', ARGV[1] .. found[i], 'goal', 'owner')
    if task[1] and (ARGV[2] == '' or task[2] == ARGV[2]) then
      goals[#goals + 1] = found[i]
      goals[#goals + 1] = found[i + 1]
      goals[#goals + 1] = task[1]
    end
  end
end
return goals
`);

// KEYS: indexes. ARGV: prefix of task keys. The second by the clock of Redis, then each task and its sequence by turns.
const standingScript = script<[at: number, ...string[]]>(`
local standing = { tonumber(redis.call('TIME')[1]) }
for _, index in ipairs(KEYS) do
  for _, id in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    standing[#standing + 1] = id
    standing[#standing + 1] = redis.call('HGET', ARGV[1] .. id, 'seq') or '0'
  end
end
return standing
`);

// KEYS: waiting tasks. ARGV: prefix of task keys, then ids. Puts each where it belongs.
const mendScript = script<null>(`
for i = 2, #ARGV do
  local task = redis.call('HMGET', ARGV[1] .. ARGV[i], 'confirmation', 'question', 'grant', 'created_at')
  local waits = false
  for at = 1, 3 do waits = waits or (task[at] and task[at] ~= 'null') end
  if waits and task[4] then redis.call('ZADD', KEYS[1], task[4], ARGV[i]) else redis.call('ZREM', KEYS[1], ARGV[i]) end
end
`);

const OPEN = ['queued', 'started', 'paused'] as const satisfies readonly State[];
const ALL = [...OPEN, 'finished', 'failed', 'timeout', 'cancelled'] as const satisfies readonly State[];
const MENDED_AT_ONCE = 500;
const MEND_MS = 60_000;

export function createListing(redis: Redis, readMany: (ids: readonly string[]) => Promise<Task[]>) {
  const indexesOf = ({ state, sessionId, owner }: ListFilter): string[] => {
    const asked = [
      ...(sessionId === undefined ? [] : [keys.bySession(sessionId)]),
      ...(owner === undefined ? [] : [keys.byOwner(owner)]),
      ...(state === undefined ? [] : [keys.byState(state)]),
    ];
    return asked.length === 0 ? [keys.tasks] : asked;
  };

  /** Tasks newest first; of one session, owner and state, of each that is asked for; older than `before`. Null where that one is not kept. */
  const page = async (filter: ListFilter & { before?: string | undefined } = {}): Promise<Page | null> => {
    const { state, owner, limit = 50, before } = filter;
    const newest = before === undefined ? null : await redis.zScore(owner === undefined ? keys.tasks : keys.byOwner(owner), before);
    if (before !== undefined && newest === null) return null;
    const [more, ...ids] = await pageScript(redis, indexesOf(filter), [String(limit), newest === null ? '' : String(newest), before ?? '']);
    const tasks = await readMany(ids);
    return { tasks: state === undefined ? tasks : tasks.filter((task) => task.state === state), more };
  };

  const countOf = (index: string, owner: string | undefined): Promise<number> =>
    owner === undefined ? redis.zCard(index) : bothScript(redis, [index, keys.byOwner(owner)], []);

  /** What waits for its owner: a request for a code, a question, or a yes that no command has used yet; newest first. */
  const waiting = async ({ owner }: { owner?: string } = {}): Promise<Task[]> => {
    const tasks = await readMany(await redis.zRange(keys.waiting, 0, -1, { REV: true }));
    return tasks.filter((task) => !isSettled(task.state) && (owner === undefined || task.owner === owner));
  };

  return {
    page,
    waiting,

    async list(filter: ListFilter = {}): Promise<Task[]> {
      return (await page(filter))?.tasks ?? [];
    },

    /** The newest `limit` tasks that have not ended, or of those states; and how many such there are. */
    async open({ states = OPEN, owner, limit }: { states?: readonly State[]; owner?: string; limit: number }): Promise<{
      tasks: Task[];
      count: number;
    }> {
      const whose = owner === undefined ? {} : { owner };
      const pages = await Promise.all(states.map((state) => page({ state, limit, ...whose })));
      const tasks = pages.flatMap((found) => found?.tasks ?? []).sort((a, b) => b.createdAt - a.createdAt);
      const counts = await Promise.all(states.map((state) => countOf(keys.byState(state), owner)));
      return { tasks: tasks.slice(0, limit), count: counts.reduce((sum, count) => sum + count, 0) };
    },

    /** How many tasks there are of each state; one that asks its owner is counted in its state and once more. */
    async counts({ owner }: { owner?: string } = {}): Promise<Counts> {
      const counted = await Promise.all(ALL.map(async (state) => [state, await countOf(keys.byState(state), owner)] as const));
      const asking = (await waiting(owner === undefined ? {} : { owner })).filter(
        ({ confirmation, question }) => confirmation !== null || question !== null,
      );
      const states = Object.fromEntries(counted) as Record<State, number>;
      return { ...states, asking: asking.length, waiting: asking.filter(({ state }) => state === 'started').length };
    },

    /** The goals of all tasks that have not ended, newest first: to find one by its words. The one list that grows with what it looks through. */
    async goals({ owner }: { owner?: string } = {}): Promise<{ id: string; goal: string }[]> {
      const found = await goalsScript(redis, OPEN.map(keys.byState), [keys.task(''), owner ?? '']);
      const read = found.flatMap((id, index) =>
        index % 3 === 0 ? [{ id, at: Number(found[index + 1]), goal: found[index + 2] ?? '' }] : [],
      );
      return read.sort((a, b) => b.at - a.at).map(({ id, goal }) => ({ id, goal }));
    },

    /** How far the logs of all tasks that have not ended reach at this moment (ms since 1970, by the clock of Redis, which it begins). */
    async standing(): Promise<{ seqs: Map<string, number>; at: number }> {
      const [second, ...pairs] = await standingScript(redis, OPEN.map(keys.byState), [keys.task('')]);
      const seqs = pairs.flatMap((id, index): [string, number][] => (index % 2 === 0 ? [[id, Number(pairs[index + 1])]] : []));
      return { seqs: new Map(seqs), at: second * 1_000 };
    },

    /** The ids of tasks with events since then (ms since 1970, by the clock of Redis), and what that clock says now. */
    async changed(since: number): Promise<{ ids: string[]; at: number }> {
      const [[seconds], ids] = await Promise.all([redis.time(), redis.zRange(keys.changed, since, '+inf', { BY: 'SCORE' })]);
      return { ids, at: Number(seconds) * 1_000 };
    },

    /** Finds again what waits, where an older version has written: at most once a minute, for all processes together. */
    async mendWaiting(): Promise<void> {
      if ((await redis.set(keys.mended, '1', { condition: 'NX', expiration: { type: 'PX', value: MEND_MS } })) === null) return;
      for (const state of ['started', 'paused'] as const) {
        const ids = await redis.zRange(keys.byState(state), 0, -1);
        for (let at = 0; at < ids.length; at += MENDED_AT_ONCE)
          await mendScript(redis, [keys.waiting], [keys.task(''), ...ids.slice(at, at + MENDED_AT_ONCE)]);
      }
    },
  };
}
