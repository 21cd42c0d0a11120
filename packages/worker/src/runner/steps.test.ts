import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { readPoints } from '../workspace/points.js';
import { openSnapshots, snapshotsIn } from '../workspace/snapshots.js';
import { undo } from '../workspace/undo.js';
import { perform } from './perform.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

let attempt: Attempt | null = null;
afterEach(async () => {
  await attempt?.close();
  attempt = null;
});

const write = (id: string, path: string, content: string) => ({ id, name: 'write_file', input: { path, content } });
const bash = (id: string, command: string) => ({ id, name: 'bash', input: { command, reason: 'r' } });

async function open(files: { [path: string]: string } = {}) {
  attempt = await openAttempt({ files });
  const { project } = attempt;
  const dir = snapshotsIn(join(project, '..', 'state'));
  return { attempt, project, dir, content: (path: string) => contentOf(dir, project, path) };
}

/** What the snapshots before each step say of a file, with the places they stand at. */
async function contentOf(dir: string, projectDir: string, path: string): Promise<string[]> {
  const snapshots = await openSnapshots({ projectDir, dir });
  const told: string[] = [];
  for (const point of await readPoints(dir)) {
    if (point.kind !== 'step' || point.snapshot === null) continue;
    const entry = (await snapshots.read(point.snapshot)).tree.get(path);
    const oids = entry?.kind === 'file' ? [entry.oid] : [];
    await snapshots.store.contents(oids, async (bytes) => void told.push(`${point.turn}.${point.call} ${bytes}`));
  }
  return told;
}

test('before every call that may change something there is a way back to how the project was', async () => {
  const { attempt: mine, content } = await open({ 'a.txt': '0' });
  await mine.reply([write('c1', 'a.txt', '1'), { id: 'c2', name: 'read_file', input: { path: 'a.txt' } }, bash('c3', 'printf 3 >> a.txt')]);
  await perform(mine.context);
  mine.context.steps.lookAhead();
  await mine.reply([bash('d1', 'printf 4 >> a.txt')]);
  await perform(mine.context);
  expect(await content('a.txt')).toEqual(['0.0 0', '1.1 0', '1.3 1', '2.1 13']);
});

test('what the owner changed while the model thought is part of the way back', async () => {
  const { attempt: mine, project, content } = await open({ 'a.txt': '0' });
  mine.context.steps.lookAhead();
  await mine.reply([bash('c1', 'printf 1 > a.txt')]);
  await perform(mine.context);
  // Known as it is now; then the owner works on, while a reply that only reads is thought of and another one after it.
  mine.context.steps.lookAhead();
  await mine.context.steps.changes();
  await writeFile(join(project, 'a.txt'), 'by the owner');
  mine.context.steps.lookAhead();
  await mine.reply([bash('d1', 'printf 2 > a.txt')]);
  await perform(mine.context);
  expect(await content('a.txt')).toEqual(['0.0 0', '1.1 0', '2.1 by the owner']);
});

test('what has changed is told while the task runs, and once more at its end', async () => {
  const { attempt: mine, project, dir } = await open({ 'a.txt': '0\n' });
  const diffs = () => mine.sent.flatMap((message) => (message.type === 'diff' ? [message.diff] : []));
  await mine.reply([bash('c1', 'echo 1 > a.txt; echo 2 > b.txt')]);
  await perform(mine.context);
  mine.context.steps.lookAhead();
  await waitUntil(() => diffs().length === 1, { timeoutMs: 10_000, what: 'the first diff' });
  expect(diffs()[0]).toMatchObject({ insertions: 2, deletions: 1, patch: expect.stringContaining('-0\n+1\n') });
  expect((await mine.context.steps.changes()).files.map(({ path, status }) => [path, status])).toEqual([
    ['a.txt', 'changed'],
    ['b.txt', 'added'],
  ]);
  await mine.context.steps.end();
  expect((await readPoints(dir)).at(-1)).toMatchObject({ kind: 'last' });
  expect(await undo({ dir, projectDir: project, request: 'u1', to: '1', force: false })).toMatchObject({ kind: 'done', left: [] });
});
