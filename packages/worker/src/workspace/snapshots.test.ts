import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waitUntil, withTempDir } from '@tars/testkit';
import { projectBranch } from './branch.js';
import { git } from './git.js';
import { LARGEST_FILE } from './left-out.js';
import { addPoint, readPoints } from './points.js';
import { diffBetween } from './project-diff.js';
import { thinOut } from './retention.js';
import { openSnapshots, type Snapshots } from './snapshots.js';
import { taskDiff } from './task-diff.js';

type Place = { projectDir: string; dir: string; open(): Promise<Snapshots>; write(path: string, content: string | Buffer): Promise<void> };

const inProject = (work: (place: Place) => Promise<void>): Promise<void> =>
  withTempDir(async (base) => {
    const [projectDir, dir] = [join(base, 'project'), join(base, 'snapshots')];
    await mkdir(projectDir);
    await work({
      projectDir,
      dir,
      open: () => openSnapshots({ projectDir, dir }),
      async write(path, content) {
        await mkdir(join(projectDir, path, '..'), { recursive: true });
        await writeFile(join(projectDir, path), content);
      },
    });
  });

test('what was added, changed and deleted since a snapshot is told, with the numbers of lines', () =>
  inProject(async ({ projectDir, open, write }) => {
    await write('kept.txt', 'one\ntwo\n');
    await write('gone.txt', 'x\n');
    await write('image.png', Buffer.from([0, 1, 2]));
    const snapshots = await open();
    const before = await snapshots.take();
    await write('kept.txt', 'one\nthree\nfour\n');
    await write('ä new.txt', 'a\n');
    await write('image.png', Buffer.from([0, 1, 3]));
    await write('node_modules/x/y.js', 'a\n');
    await rm(join(projectDir, 'gone.txt'));
    const diff = await taskDiff(snapshots, before, await snapshots.take(), projectDir);
    expect(diff).toMatchObject({
      files: [
        { path: 'gone.txt', status: 'deleted', insertions: 0, deletions: 1, isBinary: false },
        { path: 'image.png', status: 'changed', insertions: 0, deletions: 0, isBinary: true },
        { path: 'kept.txt', status: 'changed', insertions: 2, deletions: 1, isBinary: false },
        { path: 'ä new.txt', status: 'added', insertions: 1, deletions: 0, isBinary: false },
      ],
      insertions: 3,
      deletions: 2,
      isCut: false,
      leftOut: [{ path: 'node_modules', why: 'fetched or made by tools' }],
    });
    expect(diff.patch).toContain('diff --git a/kept.txt b/kept.txt');
    expect(diff.patch).toContain('-two\n+three\n+four\n');
    expect(diff.patch).toContain('Binary files a/image.png and b/image.png differ');
  }));

test('what git ignores can be put back, but is not shown as work', () =>
  inProject(async ({ projectDir, open, write }) => {
    await write('.gitignore', '*.log\n/dist/\n');
    const snapshots = await open();
    const before = await snapshots.take();
    for (const path of ['a.log', 'dist/x.js', 'sub/dist/y.js']) await write(path, 'x\n');
    const after = await snapshots.take();
    expect([...after.tree.keys()]).toEqual(expect.arrayContaining(['a.log', 'dist/x.js']));
    expect((await diffBetween(snapshots.store, before, after, projectDir)).files.map(({ path }) => path)).toEqual(['sub/dist/y.js']);
  }));

test('secrets, dependencies, large and special files are left out by rule, and listed', () =>
  inProject(async ({ projectDir, open, write }) => {
    await write('.env', 'KEY=1');
    await write('.env.example', 'KEY=');
    await write('node_modules/a/b.js', '');
    await write('rust/Cargo.toml', '');
    await write('rust/target/x', '');
    await write('target/aim.md', 'not made by a tool');
    await write('big.bin', Buffer.alloc(LARGEST_FILE + 1));
    await git(projectDir, ['init', '--quiet', projectDir]);
    const { tree, leftOut } = await (await open()).take();
    expect(leftOut).toEqual([
      { path: '.env', why: 'secret' },
      { path: 'big.bin', why: 'large' },
      { path: 'node_modules', why: 'tools' },
      { path: 'rust/target', why: 'tools' },
    ]);
    expect([...tree.keys()].filter((path) => tree.get(path)?.kind === 'file')).toEqual([
      '.env.example',
      'rust/Cargo.toml',
      'target/aim.md',
    ]);
  }));

test('an unchanged project is known as such, also to the next process; a change within the same instant is not missed', () =>
  inProject(async ({ dir, open, write }) => {
    await write('a.txt', 'one');
    const snapshots = await open();
    const first = await snapshots.take();
    expect((await snapshots.take()).id).toBe(first.id);
    await snapshots.remember();
    const next = await open();
    expect((await next.take()).id).toBe(first.id);
    // Written a moment before it was looked at: looked into again, until the clock of the file system has moved on.
    const isSure = async () => {
      await next.take();
      await next.remember();
      const { known } = JSON.parse(await readFile(join(dir, 'seen.json'), 'utf8')) as { known: [string, { isSure: boolean }][] };
      return known[0]?.[1].isSure === true;
    };
    const isSureAtOnce = async (): Promise<boolean | null> => {
      const began = Date.now();
      await write('a.txt', String(began));
      const sure = await isSure();
      // On a busy machine it may have grown old meanwhile.
      return Date.now() - began < 40 ? sure : null;
    };
    const seen: (boolean | null)[] = [];
    while (seen.length < 50 && !seen.some((sure) => sure !== null)) seen.push(await isSureAtOnce());
    expect(seen).not.toContain(true);
    await waitUntil(isSure, { timeoutMs: 10_000, what: 'the file is old enough' });
    for (const content of ['two', 'six', 'ten']) {
      await write('a.txt', content);
      const changed = await next.take();
      expect((await (await openSnapshots({ projectDir: join(dir, 'nowhere'), dir })).read(changed.id)).tree).toEqual(changed.tree);
      const bytes: string[] = [];
      const file = changed.tree.get('a.txt');
      await next.store.contents([file?.kind === 'file' ? file.oid : ''], async (read) => void bytes.push(read.toString()));
      expect(bytes).toEqual([content]);
    }
  }));

test("the owner's repository is left as it was: no object, no index entry, no hook run", () =>
  inProject(async ({ projectDir, open, write }) => {
    await git(projectDir, ['init', '--quiet', '-b', 'work']);
    const hooked = join(projectDir, '..', 'hooked');
    const hook = join(projectDir, '.git/hooks/post-index-change');
    await mkdir(join(projectDir, '.git/hooks'), { recursive: true });
    await writeFile(hook, `#!/bin/sh\ntouch ${hooked}\n`);
    await chmod(hook, 0o755);
    await write('.gitattributes', '*.txt text eol=crlf\n');
    await write('a.txt', 'one\n');
    const snapshots = await open();
    const before = await snapshots.take();
    expect(changedNothing(before, await snapshots.take())).toBe(true);
    expect(await git(projectDir, ['ls-files'])).toBe('');
    expect(await git(projectDir, ['count-objects'])).toMatch(/^0 objects/);
    expect(existsSync(hooked)).toBe(false);
    expect(await projectBranch(projectDir)).toBe('work');
  }));

test('a link is kept as a link, wherever it leads', () =>
  inProject(async ({ projectDir, open }) => {
    await symlink('/etc', join(projectDir, 'etc'));
    await symlink('gone', join(projectDir, 'dangling'));
    const { tree } = await (await open()).take();
    expect([...tree].map(([path, { kind }]) => [path, kind])).toEqual([
      ['dangling', 'link'],
      ['etc', 'link'],
    ]);
  }));

test('snapshots that take up too much lose every second step; the beginning and the newest stay, and the list says which are gone', () =>
  inProject(async ({ dir, open, write }) => {
    const snapshots = await open();
    for (let turn = 0; turn < 7; turn++) {
      await write('noise.bin', Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * (turn + 1) * 31) % 251)));
      await addPoint(dir, { kind: 'step', turn, call: 1, at: 0, snapshot: (await snapshots.take()).id });
    }
    const before = await snapshots.store.bytes();
    await thinOut(dir, snapshots.store, before - 1);
    expect(await snapshots.store.bytes()).toBeLessThan(before);
    const points = await readPoints(dir);
    expect(points.map(({ snapshot }) => snapshot !== null)).toEqual([true, false, true, false, true, false, true]);
    for (const { snapshot } of points) if (snapshot !== null) expect((await snapshots.read(snapshot)).tree.size).toBe(1);
    // What is taken up now is the least there is: it is not tried again at every step.
    expect(await thinOut(dir, snapshots.store)).toBeGreaterThan(before);
    expect((await stat(join(dir, 'points.jsonl'))).mode & 0o777).toBe(0o600);
  }));

const changedNothing = (one: { id: string }, other: { id: string }): boolean => one.id === other.id;
