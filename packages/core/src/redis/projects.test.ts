// Whose turn it is in a folder: one task at a time, those around and within it included.
import { beforeEach, expect, test } from '@jest/globals';
import { event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { keys } from './keys.js';
import { holdProject, letGoOfProject } from './projects.js';
import { createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const claim = async (id: string, project: string, isolate = false) => {
  await store.create(id, event('task.queued', { project, isolate }));
  return store.commit(id, { as: { role: 'claim', nonce: `nonce of ${id}` }, events: [event('task.claimed')] });
};
const HELD = { folder: '/home/me/app', id: 'a2a2', forMs: 60_000 };

test.each([
  ['the same folder', '/home/me/app'],
  ['a folder within it', '/home/me/app/packages/one'],
  ['a folder around it', '/home/me'],
])('while a task works in a folder, another one waits for %s', async (_, project) => {
  expect(await claim('a2a2', '/home/me/app')).toMatchObject({ kind: 'committed' });
  expect(await claim('c3c3', project)).toEqual({ kind: 'behind', id: 'a2a2' });
  const ended = { as: { role: 'owner', nonce: 'nonce of a2a2' } as const, events: [event('task.failed')] };
  expect(await store.commit('a2a2', ended)).toMatchObject({ kind: 'committed' });
  expect(await store.commit('c3c3', { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed')] })).toMatchObject({
    kind: 'committed',
  });
});

test.each(['/home/me/app2', '/home/me/ap', '/home/you'])(
  '%s is another project: names that begin alike are not nested',
  async (project) => {
    await claim('a2a2', '/home/me/app');
    expect(await claim('c3c3', project)).toMatchObject({ kind: 'committed' });
  },
);

test('an isolated task waits for nobody in its project, and nobody for it', async () => {
  await claim('a2a2', '/home/me/app');
  expect(await claim('c3c3', '/home/me/app', true)).toMatchObject({ kind: 'committed' });
  expect(await claim('f4f4', '/home/me/app', true)).toMatchObject({ kind: 'committed' });
  expect(await at.redis.hGet(keys.projects, '/home/me/app')).toBe('a2a2');
});

test('what an undo holds keeps tasks and other undos out, its own task included, until it lets go or is too late', async () => {
  expect(await holdProject(at.redis, HELD)).toBeNull();
  expect(await holdProject(at.redis, HELD)).toBe('a2a2');
  expect(await claim('a2a2', '/home/me/app')).toEqual({ kind: 'behind', id: 'a2a2' });
  expect(await claim('c3c3', '/home/me/app/within')).toEqual({ kind: 'behind', id: 'a2a2' });
  await letGoOfProject(at.redis, { folder: '/home/me/app', id: 'c3c3' });
  expect(await at.redis.hLen(keys.projects)).toBe(1);
  await letGoOfProject(at.redis, HELD);
  expect(await at.redis.hLen(keys.projects)).toBe(0);

  await holdProject(at.redis, { ...HELD, forMs: 0 });
  expect(await claim('f4f4', '/home/me/app')).toMatchObject({ kind: 'committed' });
  expect(await holdProject(at.redis, HELD)).toBe('f4f4');
});

test('a task to be undone is found by the workers of its pool until it is answered', async () => {
  await claim('a2a2', '/home/me/app');
  await store.commit('a2a2', { as: { role: 'owner', nonce: 'nonce of a2a2' }, events: [event('task.failed')] });
  const says = (type: 'undo.requested' | 'task.undone') =>
    store.commit('a2a2', { as: { role: 'outsider' }, events: [event(type, {}, Date.now())] });
  expect(await says('undo.requested')).toMatchObject({ kind: 'committed' });
  const { pool } = (await store.read('a2a2')) ?? { pool: '' };
  expect(await store.undoing(pool)).toEqual(['a2a2']);
  expect(await store.undoing('elsewhere')).toEqual([]);
  expect(await says('task.undone')).toMatchObject({ kind: 'committed' });
  expect(await store.undoing(pool)).toEqual([]);
});

test('what a task has changed is kept without secrets, and for no task that is not there', async () => {
  const kept = createTaskStore(at.redis, { retentionMs: null, redact: (text) => text.replaceAll('hunter2', '[redacted]') });
  const diff = { at: 1, files: [], insertions: 1, deletions: 0, patch: '+password = hunter2\n', isCut: false, leftOut: [] };
  await kept.saveDiff('a2a2', diff);
  expect(await kept.diff('a2a2')).toBeNull();
  await claim('a2a2', '/home/me/app');
  await kept.saveDiff('a2a2', diff);
  expect(await kept.diff('a2a2')).toEqual({ ...diff, patch: '+password = [redacted]\n' });
});
