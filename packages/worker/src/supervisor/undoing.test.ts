// What a worker makes of the wish to undo: one does it, once, and only where nobody else works.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { addPoint } from '../workspace/points.js';
import { openSnapshots, snapshotsIn } from '../workspace/snapshots.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';
import { createUndoing } from './undoing.js';

let shop: Workshop | null = null;
afterEach(async () => {
  await shop?.close();
  shop = null;
});

const WISH = { type: 'undo.requested', requestId: 'undo_1', to: null, force: false, channel: 'cli' } as const;

/** A task that wrote `1` where `0` was, and has ended, with its snapshots on this machine. */
async function open(end: 'failed' | 'paused' = 'failed') {
  const opened = await openWorkshop();
  shop = opened;
  const { store } = opened;
  const { project } = await opened.queue('a7f3');
  const file = join(project, 'a.txt');
  const dir = snapshotsIn(join(opened.stateDir, 'tasks', 'a7f3'));
  await writeFile(file, '0');
  const snapshots = await openSnapshots({ projectDir: project, dir });
  await addPoint(dir, { kind: 'step', turn: 0, call: 0, at: 0, snapshot: (await snapshots.take()).id });
  await writeFile(file, '1');
  await addPoint(dir, { kind: 'last', at: 0, snapshot: (await snapshots.take()).id });
  const says = async (...events: Event[]) => {
    const done = await store.commit('a7f3', { as: { role: 'outsider' }, events });
    if (done.kind !== 'committed') throw new Error(`${done.kind}: ${JSON.stringify(events)}`);
  };
  if (end === 'failed') await says({ type: 'task.failed', at: 1, reason: 'x', message: 'x' });
  else await says({ type: 'pause.requested', at: 1, channel: 'cli' }, { type: 'task.paused', at: 1, channel: 'cli', attempt: 0 });
  const undoing = (stateDir = opened.stateDir) =>
    createUndoing({ redis: opened.redis, store, news: opened.news, pool: '', stateDir, logger: opened.logger });
  return {
    shop: opened,
    project,
    says,
    undoing,
    content: () => readFile(file, 'utf8'),
    outcome: async () => (await store.read('a7f3'))?.undo?.outcome,
    answers: async () =>
      (await store.events('a7f3')).filter(({ event }) => event.type === 'task.undone' || event.type === 'undo.refused').length,
  };
}

test('of two workers of one machine one does it, and it is done once', async () => {
  const { says, undoing, content, outcome, answers } = await open();
  await says({ ...WISH, at: Date.now() });
  const both = [undoing(), undoing()];
  await Promise.all(both.map(({ look }) => look()));
  await Promise.all(both.map(({ close }) => close()));
  expect(await outcome()).toEqual({ kind: 'done', written: 1, removed: 0, left: [] });
  expect(await answers()).toBe(1);
  expect(await content()).toBe('0');
});

test('a worker that does not have the snapshots leaves it to the one that has', async () => {
  const { shop: opened, says, undoing, content, outcome } = await open();
  await says({ ...WISH, at: Date.now() });
  const elsewhere = undoing(join(opened.stateDir, 'elsewhere'));
  await elsewhere.look();
  await elsewhere.close();
  expect(await outcome()).toBeNull();
  expect(await content()).toBe('1');
});

test('while another task works in the project, or in a folder of it, nothing is undone under its hands', async () => {
  const { shop: opened, project, says, undoing, content, outcome } = await open();
  await opened.queue('c2c2', { project: join(project, 'within') });
  const worker = { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '' }, tree: [] };
  const claim = { type: 'task.claimed', at: 1, attempt: 1, worker, afterCrash: false } as const;
  await opened.store.commit('c2c2', { as: { role: 'claim', nonce: 'n' }, events: [claim] });
  await says({ ...WISH, at: Date.now() });
  const mine = undoing();
  await mine.look();
  await mine.close();
  expect(await outcome()).toEqual({ kind: 'refused', reason: 'project_busy', paths: ['task #c2c2'] });
  expect(await content()).toBe('1');
});

test('a wish from long ago is not carried out any more: the owner has gone on by then', async () => {
  const { says, undoing, content, outcome } = await open();
  await says({ ...WISH, at: Date.now() - 3_600_000 });
  const mine = undoing();
  await mine.look();
  await mine.close();
  expect(await outcome()).toMatchObject({ kind: 'refused', reason: 'too_late' });
  expect(await content()).toBe('1');
});

test('a paused task learns of it before it goes on', async () => {
  const { shop: opened, says, undoing, content } = await open('paused');
  await says({ ...WISH, at: Date.now() });
  const mine = undoing();
  await mine.look();
  await mine.close();
  expect(await content()).toBe('0');
  const [note] = await opened.store.transcript('a7f3');
  expect(note).toMatchObject({
    kind: 'note',
    text: expect.stringContaining('The owner has undone changes of this task (1 file put back, 0 removed)'),
  });
  expect(await opened.store.read('a7f3')).toMatchObject({ state: 'paused' });
});

test('what breaks off is told as such, and the project is free again', async () => {
  const { shop: opened, says, undoing, outcome } = await open();
  const dir = snapshotsIn(join(opened.stateDir, 'tasks', 'a7f3'));
  await addPoint(dir, { kind: 'step', turn: 1, call: 1, at: 0, snapshot: '0'.repeat(40) });
  await says({ ...WISH, to: '1', at: Date.now() });
  const mine = undoing();
  await mine.look();
  await mine.close();
  expect(await outcome()).toEqual({ kind: 'refused', reason: 'broken', paths: [] });
  expect(await opened.redis.hLen('tars:projects')).toBe(0);
});
