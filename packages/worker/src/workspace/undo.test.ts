import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { addPoint, findPoint, type Point, readPoints } from './points.js';
import { restore } from './restore.js';
import { openSnapshots } from './snapshots.js';
import { undo } from './undo.js';

type Story = {
  projectDir: string;
  dir: string;
  base: string;
  at(path: string): string;
  /** Keeps how the project is now, as before this turn or as the task's end. */
  keep(turn: number | 'last'): Promise<void>;
  undo(more?: { to?: string | null; request?: string; force?: boolean }): ReturnType<typeof undo>;
};

const inStory = (work: (story: Story) => Promise<void>): Promise<void> =>
  withTempDir(async (base) => {
    const [projectDir, dir] = [join(base, 'project'), join(base, 'snapshots')];
    await mkdir(projectDir);
    const snapshots = await openSnapshots({ projectDir, dir });
    let wishes = 0;
    await work({
      projectDir,
      dir,
      base,
      at: (path) => join(projectDir, path),
      async keep(turn) {
        const snapshot = (await snapshots.take()).id;
        await addPoint(dir, turn === 'last' ? { kind: 'last', at: 0, snapshot } : { kind: 'step', turn, call: 1, at: 0, snapshot });
      },
      undo: ({ to = null, request = `undo_${++wishes}`, force = false } = {}) => undo({ dir, projectDir, request, to, force }),
    });
  });

test("only the task's own changes are taken back: what the owner has done elsewhere since stays", () =>
  inStory(async ({ at, keep, undo }) => {
    await writeFile(at('a.txt'), '0');
    await keep(1);
    await writeFile(at('a.txt'), '1');
    await mkdir(at('made'));
    await writeFile(at('made/b.txt'), '1');
    await keep('last');
    await writeFile(at('made/owner.txt'), 'mine');
    await writeFile(at('c.txt'), 'mine');
    expect(await undo()).toEqual({ kind: 'done', written: ['a.txt'], removed: ['made/b.txt'], left: ['made'] });
    expect(await readFile(at('made/owner.txt'), 'utf8')).toBe('mine');
    expect(await readFile(at('c.txt'), 'utf8')).toBe('mine');
    expect(await readFile(at('a.txt'), 'utf8')).toBe('0');
  }));

test("the owner's later edits of the same files stop it, also where a file was deleted or became a link", () =>
  inStory(async ({ at, keep, undo }) => {
    for (const name of ['a', 'b', 'c']) await writeFile(at(name), '0');
    await keep(1);
    for (const name of ['a', 'b', 'c', 'd']) await writeFile(at(name), '1');
    await keep('last');
    await writeFile(at('a'), 'owner');
    await rm(at('b'));
    await rm(at('c'));
    await symlink('/etc/passwd', at('c'));
    await writeFile(at('d'), 'owner');
    expect(await undo()).toEqual({ kind: 'refused', reason: 'changed_since', paths: ['a', 'b', 'c', 'd'] });
    // Put back by the owner already: nothing to lose.
    for (const name of ['a', 'b', 'c']) {
      await rm(at(name), { force: true });
      await writeFile(at(name), '0');
    }
    expect(await undo()).toMatchObject({ kind: 'refused', paths: ['d'] });
    expect(await undo({ force: true })).toMatchObject({ kind: 'done', removed: ['d'] });
    expect(await undo({ to: 'redo' })).toMatchObject({ kind: 'done' });
    expect(await readFile(at('d'), 'utf8')).toBe('owner');
  }));

test('a task torn off in a step has no end to compare with: what came after its last snapshot counts as the owner’s', () =>
  inStory(async ({ at, keep, undo }) => {
    await writeFile(at('a'), '0');
    await keep(1);
    await writeFile(at('a'), '1');
    await keep(2);
    await writeFile(at('b'), 'half');
    expect(await undo()).toEqual({ kind: 'refused', reason: 'changed_since', paths: ['b'] });
    expect(await undo({ force: true })).toMatchObject({ kind: 'done', written: ['a'], removed: ['b'] });
  }));

test('what others did in the project while the task was paused is theirs: it stays, and where both worked it is shown', () =>
  inStory(async ({ at, keep, undo }) => {
    for (const name of ['a', 'b', 'c']) await writeFile(at(name), '0');
    await keep(1);
    await writeFile(at('a'), 'task');
    await keep('last');
    await writeFile(at('b'), 'others');
    await writeFile(at('d'), 'others');
    await keep(2);
    await writeFile(at('c'), 'task');
    await keep('last');
    expect(await undo()).toEqual({ kind: 'done', written: ['a', 'c'], removed: [], left: [] });
    expect(await readFile(at('b'), 'utf8')).toBe('others');
    expect(existsSync(at('d'))).toBe(true);

    expect(await undo({ to: 'redo' })).toMatchObject({ kind: 'done' });
    await keep(3);
    await writeFile(at('b'), 'task on top of others');
    await keep('last');
    expect(await undo()).toEqual({ kind: 'refused', reason: 'changed_since', paths: ['b'] });
    expect(await undo({ to: '3' })).toEqual({ kind: 'done', written: ['b'], removed: [], left: [] });
    expect(await readFile(at('b'), 'utf8')).toBe('others');
  }));

test('an undo that was interrupted is finished by the same wish; what it had done is not taken for the owner’s work', () =>
  inStory(async ({ at, dir, projectDir, keep, undo }) => {
    for (const name of ['a', 'b']) await writeFile(at(name), '0');
    await mkdir(at('folder'));
    await keep(1);
    for (const name of ['a', 'b']) await writeFile(at(name), '1');
    await rm(at('folder'), { recursive: true });
    await writeFile(at('folder'), 'a file');
    await keep('last');
    const snapshots = await openSnapshots({ projectDir, dir });
    const [first] = await readPoints(dir);
    const now = await snapshots.take();
    await addPoint(dir, { kind: 'before-undo', request: 'same', at: 0, snapshot: now.id });
    const was = await snapshots.read(first?.snapshot ?? '');
    await restore({ projectDir, store: snapshots.store, now: now.tree, was: was.tree, paths: ['a'] });
    // What was in the way is gone already, what is to be there is not yet.
    await rm(at('folder'));
    expect(await undo({ request: 'same' })).toMatchObject({ kind: 'done', left: [] });
    expect(await readFile(at('b'), 'utf8')).toBe('0');
    expect(await undo({ to: 'redo' })).toMatchObject({ kind: 'done' });
    expect(await readFile(at('a'), 'utf8')).toBe('1');
  }));

test('nothing is ever written or removed through a link that leads out of the project', () =>
  inStory(async ({ at, base, projectDir, dir, keep }) => {
    await mkdir(join(base, 'outside'));
    await writeFile(join(base, 'outside', 'b'), 'not ours');
    await mkdir(at('folder'));
    await writeFile(at('folder/a'), '0');
    await writeFile(at('folder/b'), '0');
    await keep(1);
    await writeFile(at('folder/a'), '1');
    await keep('last');
    // Swapped after the project was looked at, as by a race.
    const snapshots = await openSnapshots({ projectDir, dir });
    const now = await snapshots.take();
    const [first] = await readPoints(dir);
    const was = await snapshots.read(first?.snapshot ?? '');
    await rm(at('folder'), { recursive: true });
    await symlink(join(base, 'outside'), at('folder'));
    const without = new Map([...was.tree].filter(([path]) => path !== 'folder/b'));
    await restore({ projectDir, store: snapshots.store, now: now.tree, was: without, paths: ['folder/a', 'folder/b'] });
    expect(existsSync(join(base, 'outside', 'a'))).toBe(false);
    expect(await readFile(join(base, 'outside', 'b'), 'utf8')).toBe('not ours');
    expect((await lstat(at('folder'))).isSymbolicLink()).toBe(true);
  }));

test('what was left out of a snapshot is not touched, whatever became of it', () =>
  inStory(async ({ at, keep, undo }) => {
    await writeFile(at('.env'), 'KEY=1');
    await mkdir(at('node_modules'));
    await writeFile(at('node_modules/x.js'), '0');
    await keep(1);
    await writeFile(at('.env'), 'KEY=2');
    await writeFile(at('node_modules/x.js'), '1');
    await keep('last');
    expect(await undo()).toEqual({ kind: 'done', written: [], removed: [], left: [] });
    expect(await readFile(at('.env'), 'utf8')).toBe('KEY=2');
  }));

const step = (turn: number, call: number, snapshot: string | null): Point => ({ kind: 'step', turn, call, at: 0, snapshot });
const POINTS = [step(0, 0, 'begin'), step(1, 1, 'a'), step(1, 2, 'b'), step(3, 1, 'c'), step(4, 1, null)];

test.each([
  [null, { kind: 'at', snapshot: 'begin' }],
  ['1', { kind: 'at', snapshot: 'a' }],
  ['1.2', { kind: 'at', snapshot: 'b' }],
  ['1.3', { kind: 'at', snapshot: 'c' }],
  ['2', { kind: 'at', snapshot: 'c' }],
  ['4', { kind: 'refused', reason: 'not_kept' }],
  ['5', { kind: 'nothing since' }],
  ['redo', { kind: 'refused', reason: 'nothing_to_redo' }],
])('back to %s is the state before the first step from there on', (to, found) => {
  expect(findPoint(POINTS, to)).toMatchObject(found);
});

test('a task that was tried again counts its turns anew: the latest ones are meant, and the beginning is that of all', () => {
  const points = [...POINTS, step(1, 1, 'again'), step(2, 1, 'last')];
  expect(findPoint(points, '1')).toEqual({ kind: 'at', snapshot: 'again', index: 5 });
  expect(findPoint(points, null)).toEqual({ kind: 'at', snapshot: 'begin', index: 0 });
  expect(findPoint([], null)).toEqual({ kind: 'refused', reason: 'no_snapshot' });
});
