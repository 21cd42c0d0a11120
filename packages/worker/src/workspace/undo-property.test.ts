// Whatever a task does to a project, undo brings every step back byte for byte. The same steps in every run; `UNDO_SEED` draws others.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { appendFile, chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { withTempDir } from '@tars/testkit';
import { git } from './git.js';
import { addPoint } from './points.js';
import { openSnapshots } from './snapshots.js';
import { undo } from './undo.js';

const SEED = process.env.UNDO_SEED ?? 'undo';
const STEPS = 14;
const RUNS = 6;

/** The same numbers for the same seed. */
function random(seed: string): (below: number) => number {
  let state = [...seed].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 16_777_619) >>> 0, 2_166_136_261);
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e37_79b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Everything in a folder, looked at without the code under test; the project's own repository is the owner's. */
function looks(dir: string, path = ''): string[] {
  return readdirSync(join(dir, path))
    .sort()
    .flatMap((name) => {
      const at = path === '' ? name : `${path}/${name}`;
      if (at === '.git') return [];
      const stats = lstatSync(join(dir, at));
      const mode = (stats.mode & 0o7777).toString(8);
      if (stats.isSymbolicLink()) return [`${at} -> ${readlinkSync(join(dir, at))}`];
      if (stats.isDirectory()) return [`${at}/ ${mode}`, ...looks(dir, at)];
      return [`${at} ${mode} ${readFileSync(join(dir, at)).toString('base64')}`];
    });
}

const pathsIn = (dir: string, path = ''): string[] =>
  readdirSync(join(dir, path), { withFileTypes: true }).flatMap((entry) => {
    const at = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.name === '.git') return [];
    return entry.isDirectory() ? [at, ...pathsIn(dir, at)] : [at];
  });

const NAMES = [
  'a.txt',
  'b.js',
  'deep/c.md',
  'deep/er/d',
  'ü ñ.txt',
  'line\nbreak',
  '-rf',
  '"quoted"',
  '.gitignore',
  'sub/x',
  'back\\slash',
  '.git@',
];
const CONTENTS = ['', 'one\ntwo\n', 'one\r\ntwo\r\n', 'mixed\r\nends\n', '\0\u0001binary\xff', 'no end of line', '$Id$\n'];
const MODES = [0o644, 0o600, 0o755, 0o444, 0o4755, 0o700, 0o2644];
const FOLDER_MODES = [0o755, 0o700, 0o1777, 0o750];

async function mutate(dir: string, pick: (below: number) => number): Promise<string> {
  const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
  const there = pathsIn(dir);
  const some = there.length === 0 ? null : one(there);
  const free = one(NAMES) + (pick(3) === 0 ? pick(9) : '');
  const isFolder = some !== null && lstatSync(join(dir, some)).isDirectory();
  const isLink = some !== null && lstatSync(join(dir, some)).isSymbolicLink();
  const deed = one(['write', 'write', 'append', 'delete', 'rename', 'chmod', 'link', 'mkdir', 'repository', 'swap'] as const);
  const made = async (path: string): Promise<boolean> => {
    // Not where a file stands in the way of the folder.
    const hasFolder = await mkdir(dirname(join(dir, path)), { recursive: true }).then(
      () => lstatSync(dirname(join(dir, path))).isDirectory(),
      () => false,
    );
    return hasFolder && lstatSync(join(dir, path), { throwIfNoEntry: false }) === undefined;
  };
  switch (deed) {
    case 'write':
      if (await made(free)) {
        await writeFile(join(dir, free), one(CONTENTS));
        await chmod(join(dir, free), one(MODES));
      }
      break;
    case 'append':
      if (some !== null && !isFolder && !isLink) await appendFile(join(dir, some), one(CONTENTS));
      break;
    case 'delete':
      if (some !== null) await rm(join(dir, some), { recursive: true });
      break;
    case 'rename':
      if (some !== null && !free.startsWith(`${some}/`) && (await made(free)) && existsSync(join(dir, some)))
        await rename(join(dir, some), join(dir, free));
      break;
    case 'chmod':
      if (some !== null && !isLink) await chmod(join(dir, some), isFolder ? one(FOLDER_MODES) : one(MODES));
      break;
    case 'link':
      if (await made(free)) await symlink(one(['nowhere', '.', '..', '/etc/passwd', some ?? 'a.txt']), join(dir, free));
      break;
    case 'mkdir':
      await mkdir(join(dir, `folder${pick(4)}`, `empty${pick(3)}`), { recursive: true }).catch(() => {});
      break;
    case 'repository': {
      const nested = join(dir, `nested${pick(2)}`);
      if (existsSync(join(nested, '.git'))) await writeFile(join(nested, '.git', 'description'), one(CONTENTS));
      else {
        await mkdir(nested, { recursive: true }).catch(() => {});
        if (lstatSync(nested).isDirectory()) {
          await git(nested, ['init', '--quiet', '--template=', nested]);
          await writeFile(join(nested, 'inside.txt'), one(CONTENTS));
        }
      }
      break;
    }
    case 'swap':
      // A file where a folder was, and the other way round.
      if (some !== null) {
        await rm(join(dir, some), { recursive: true });
        if (isFolder) await writeFile(join(dir, some), one(CONTENTS));
        else await mkdir(join(dir, some));
      }
      break;
  }
  return JSON.stringify([deed, some, free]);
}

test.each([
  ['without git', false],
  ['in a repository with CRLF attributes', true],
])(
  'any steps, undone to any of them, leave the tree as it was there: %s',
  async (_, inGit) => {
    for (let run = 0; run < RUNS; run++) {
      const seed = `${SEED}-${run}-${inGit}`;
      const pick = random(seed);
      await withTempDir(async (base) => {
        const projectDir = join(base, 'project');
        const dir = join(base, 'snapshots');
        await mkdir(projectDir);
        if (inGit) {
          await git(projectDir, ['init', '--quiet', projectDir]);
          await writeFile(join(projectDir, '.gitattributes'), '* text=auto eol=crlf\n*.txt ident\n');
          await git(projectDir, ['config', 'core.autocrlf', 'true']);
        }
        const gitBefore = inGit ? readFileSync(join(projectDir, '.git', 'config'), 'utf8') : '';
        const story: string[] = [];
        for (let step = 0; step < 5; step++) story.push(await mutate(projectDir, pick));
        const snapshots = await openSnapshots({ projectDir, dir });
        const states: string[][] = [];
        for (let step = 1; step <= STEPS; step++) {
          states.push(looks(projectDir));
          await addPoint(dir, { kind: 'step', turn: step, call: 1, at: 0, snapshot: (await snapshots.take()).id });
          story.push(await mutate(projectDir, pick));
        }
        const end = looks(projectDir);
        await addPoint(dir, { kind: 'last', at: 0, snapshot: (await snapshots.take()).id });

        const tell = () => `seed ${seed}\n${story.join('\n')}`;
        for (const [index, to] of [1 + pick(STEPS), 1 + pick(STEPS), 1].entries()) {
          const done = await undo({ dir, projectDir, request: `to ${index}`, to: String(to), force: false });
          expect({ seed: tell(), done }).toMatchObject({ seed: tell(), done: { kind: 'done', left: [] } });
          expect({ seed: tell(), tree: looks(projectDir) }).toEqual({ seed: tell(), tree: states[to - 1] });
          const back = await undo({ dir, projectDir, request: `back ${index}`, to: 'redo', force: false });
          expect(back).toMatchObject({ kind: 'done', left: [] });
          expect({ seed: tell(), tree: looks(projectDir) }).toEqual({ seed: tell(), tree: end });
        }
        if (inGit) expect(readFileSync(join(projectDir, '.git', 'config'), 'utf8')).toBe(gitBefore);
      });
    }
  },
  120_000,
);
