import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { holdProject, letGoOfProject } from '@tars/core/redis';
import { dropBeyond, lookAtKept } from './kept-folders.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

const MB = 1_000_000;
let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

/** What a worker keeps of a task: a little more than a megabyte. */
async function kept(id: string): Promise<void> {
  const place = join(shop.stateDir, 'tasks', id, 'snapshots');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'pack'), Buffer.alloc(MB));
}
async function ended(id: string, at: number): Promise<void> {
  await shop.queue(id);
  await kept(id);
  await shop.store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'task.cancelled', at, channel: 'cli', stopped: 0 }] });
}
const drop = (mostBytes: number) => dropBeyond({ ...shop, mostBytes });
const full = async () => {
  const ids = (await readdir(join(shop.stateDir, 'tasks'))).sort();
  const counts = await Promise.all(ids.map(async (id) => (await readdir(join(shop.stateDir, 'tasks', id))).length));
  return ids.filter((_, index) => counts[index] !== 0);
};

test('beyond the bound the tasks that ended first lose what is kept of them, as many as must, and no other', async () => {
  await ended('third', 3_000);
  await ended('first', 1_000);
  await ended('second', 2_000);
  expect(await drop(4 * MB)).toEqual([]);
  expect(await drop(1.5 * MB)).toEqual(['first', 'second']);
  expect(await full()).toEqual(['third']);
  const { bytes, ...look } = await lookAtKept(shop.stateDir);
  expect(look).toEqual({ full: 1, emptied: 2 });
  expect(bytes).toBeGreaterThanOrEqual(MB);
});

test('a task that has not ended, is to be undone, or is not in the record keeps all, however much it is', async () => {
  await shop.queue('waits');
  await kept('waits');
  await kept('unknown');
  await ended('undone', 1_000);
  const wish = { type: 'undo.requested', at: Date.now(), requestId: 'u', to: null, force: false, channel: 'cli' } as const;
  await shop.store.commit('undone', { as: { role: 'outsider' }, events: [wish] });
  expect(await drop(0)).toEqual([]);
  expect(await full()).toEqual(['undone', 'unknown', 'waits']);
});

test('while somebody works in its project nothing of a task is dropped', async () => {
  await ended('a7f3', 1_000);
  const { project = '' } = (await shop.store.read('a7f3')) ?? {};
  await holdProject(shop.redis, { folder: project, id: 'other', forMs: 60_000 });
  expect(await drop(0)).toEqual([]);
  await letGoOfProject(shop.redis, { folder: project, id: 'other' });
  expect(await drop(0)).toEqual(['a7f3']);
  expect(await shop.redis.hLen('tars:projects')).toBe(0);
});
