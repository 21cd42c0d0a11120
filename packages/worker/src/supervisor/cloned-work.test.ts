import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Task } from '@tars/core';
import { type ServedRepository, serveRepository, type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { lastLook } from '../workspace/last-look.js';
import { snapshotsIn } from '../workspace/snapshots.js';
import { commitWork, findWorktree } from '../workspace/worktree.js';
import { CannotCloneError, type CloneSettings, clonedWork, isCloned } from './cloned-work.js';
import { tendLeftClones } from './left-clones.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop;
let dir: TempDir;
let server: ServedRepository;
/** The owner's own clone, from which the server got its first commit. */
let owners: string;
let base: string;
beforeAll(async () => {
  [shop, dir] = await Promise.all([openWorkshop(), tempDir()]);
});
afterAll(async () => {
  await shop.close();
  await dir.remove();
});
let count = 0;
beforeEach(async () => {
  const place = join(dir.path, String(++count));
  owners = join(place, 'owner');
  await mkdir(owners, { recursive: true });
  server = await serveRepository(join(place, 'sums'));
  git('init', '--quiet', '-b', 'main');
  await put({ 'kept.txt': 'kept\n', 'gone.txt': 'gone\n', 'src/a.js': 'a\n' });
  base = commit('start');
});
afterEach(() => server.close());

const at = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=o', '-c', 'user.email=o@example.org', '-c', 'protocol.file.allow=always', '-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const git = (...args: string[]) => at(owners, ...args);
const put = async (files: Readonly<Record<string, string | Buffer>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(owners, path)), { recursive: true });
    await writeFile(join(owners, path), content);
  }
};
/** On the server too. */
const commit = (message: string): string => {
  git('add', '-A');
  git('commit', '--quiet', '-m', message);
  git('push', '--quiet', server.folder, 'HEAD:main');
  return git('rev-parse', 'HEAD');
};

let ids = 0;
const queued = async (ref = ''): Promise<Task> => shop.queue(`x${++ids}`, { repository: `${server.url}${ref}` });

/** A machine's hands on the task, in its attempt with this number. */
function onMachine(name: string, task: Task, attempt: number, more: Partial<CloneSettings> = {}) {
  const taskDir = join(dir.path, name, 'tasks', task.id);
  const now = { ...task, attempt };
  if (!isCloned(now)) throw new Error('It works in a folder.');
  const settings = {
    allowed: ['http://127.0.0.1:*', `${new URL(server.url).origin}/*`],
    push: false,
    mostBytes: 2 ** 30,
    host: name,
    ...more,
  };
  const work = clonedWork({ task: now, taskDir, store: shop.store, settings, logger: shop.logger });
  const never = new AbortController().signal;
  return {
    ...work,
    taskDir,
    begin: () => work.open(never),
    folder: async () => (await findWorktree(taskDir))?.folder ?? '',
  };
}
const why = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'it was cloned',
    (error: unknown) => (error instanceof CannotCloneError ? error.message : Promise.reject(error)),
  );

test('work that was kept goes on on another machine as it was left, and is seen whole there', async () => {
  const task = await queued();
  const first = onMachine('one', task, 1);
  expect(await first.begin()).toMatchObject({ events: [{ type: 'repository.cloned', commit: base }], records: [] });
  const here = await first.folder();
  await writeFile(join(here, 'committed.txt'), 'committed\n');
  await commitWork((await findWorktree(first.taskDir)) ?? (Promise.reject(new Error('none')) as never), 'half way');
  await rm(join(here, 'gone.txt'));
  await writeFile(join(here, 'kept.txt'), 'changed\n');
  await writeFile(join(here, 'new.sh'), '#!/bin/sh\n');
  await chmod(join(here, 'new.sh'), 0o755);
  const before = at(here, 'status', '--porcelain');
  await first.keep();
  expect(at(here, 'status', '--porcelain')).toBe(before);

  // Meanwhile the server has moved on.
  await put({ 'later.txt': 'later\n' });
  commit('later');
  const second = onMachine('two', (await shop.store.read(task.id)) ?? task, 2);
  const { events, records } = await second.begin();
  expect({ events, records }).toMatchObject({ records: [{ kind: 'note', text: expect.stringContaining('your changes were put back') }] });
  const there = await second.folder();
  expect(at(there, 'status', '--porcelain')).toBe('D gone.txt\n M kept.txt\n?? new.sh');
  expect(at(there, 'log', '--format=%s')).toBe('half way\nstart');
  expect(await readFile(join(there, 'kept.txt'), 'utf8')).toBe('changed\n');
  const diff = await lastLook({ dir: snapshotsIn(second.taskDir), projectDir: there });
  expect(diff?.files.map(({ path, status }) => `${status} ${path}`)).toEqual([
    'added committed.txt',
    'deleted gone.txt',
    'changed kept.txt',
    'added new.sh',
  ]);
});

test('a machine that was overtaken goes on with what the other left, not with its own', async () => {
  const task = await queued();
  const first = onMachine('one', task, 1);
  await first.begin();
  await writeFile(join(await first.folder(), 'kept.txt'), 'one\n');
  await first.keep();
  const second = onMachine('two', task, 2);
  await second.begin();
  expect(await readFile(join(await second.folder(), 'kept.txt'), 'utf8')).toBe('one\n');
  await writeFile(join(await second.folder(), 'kept.txt'), 'two\n');
  await second.keep();
  const third = onMachine('one', task, 3);
  await third.begin();
  expect(await readFile(join(await third.folder(), 'kept.txt'), 'utf8')).toBe('two\n');
  // And one that nobody overtook takes its own, however old the record is.
  await writeFile(join(await third.folder(), 'kept.txt'), 'three\n');
  const fourth = onMachine('one', task, 4);
  expect(await fourth.begin()).toEqual({ events: [], records: [] });
  expect(await readFile(join(await fourth.folder(), 'kept.txt'), 'utf8')).toBe('three\n');
});

test('where a machine is lost with all it had, the model is told that nothing of it is there, and the beginning stays the same', async () => {
  const task = await queued();
  const [event] = (await onMachine('one', task, 1).begin()).events;
  await put({ 'later.txt': 'later\n' });
  commit('later');
  if (event === undefined) throw new Error('It was not cloned.');
  await shop.store.commit(task.id, { as: { role: 'outsider' }, events: [event] });
  const second = onMachine('two', (await shop.store.read(task.id)) ?? task, 2);
  expect(await second.begin()).toMatchObject({
    events: [{ commit: base }],
    records: [{ text: expect.stringContaining('none of them are here') }],
  });
  expect(existsSync(join(await second.folder(), 'later.txt'))).toBe(false);
});

test('a branch, a tag and a commit can be asked for, and what is not there is said', async () => {
  git('tag', '-a', 'v1', '-m', 'one');
  git('push', '--quiet', server.folder, 'v1', 'main:side');
  await put({ 'later.txt': 'later\n' });
  const later = commit('later');
  const began = async (ref: string) => (await onMachine('one', await queued(ref), 1).begin()).events;
  expect(await began('')).toMatchObject([{ commit: later }]);
  for (const ref of ['#v1', '#side', `#${base}`]) expect(await began(ref)).toMatchObject([{ commit: base }]);
  expect(await why(onMachine('one', await queued('#nowhere'), 1).begin())).toMatch(/could not be cloned: .*nowhere/);
});

test('nothing that a repository brings along is run, fetched or followed while it is cloned', async () => {
  const home = join(dir.path, 'home');
  const ran = join(home, 'ran');
  const script = `touch ${ran}`;
  await mkdir(join(home, 'hooks'), { recursive: true });
  await writeFile(join(home, 'hooks', 'post-checkout'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  // What the owner has set for the owner's own work: a repository must not make use of it here.
  await writeFile(
    join(home, '.gitconfig'),
    `[core]\n\thooksPath = ${join(home, 'hooks')}\n[filter "lfs"]\n\tsmudge = ${script}; cat\n\trequired = true\n[submodule]\n\trecurse = true\n`,
  );
  const secret = join(dir.path, 'secret');
  await mkdir(secret, { recursive: true });
  await writeFile(join(secret, 'file'), 'secret\n');
  git('submodule', '--quiet', 'add', server.folder, 'sub');
  await put({ '.gitattributes': '*.bin filter=lfs\n', 'a.bin': 'pointer\n' });
  await symlink(secret, join(owners, 'way-out'));
  commit('hostile');
  const before = process.env.HOME;
  process.env.HOME = home;
  try {
    const machine = onMachine('one', await queued(), 1);
    await machine.begin();
    const folder = await machine.folder();
    expect(existsSync(ran)).toBe(false);
    expect(await readFile(join(folder, 'a.bin'), 'utf8')).toBe('pointer\n');
    expect(existsSync(join(folder, 'sub', 'kept.txt'))).toBe(false);
    await writeFile(join(folder, 'b.bin'), 'mine\n');
    await machine.keep();
    await machine.deliver(false);
    expect(existsSync(ran)).toBe(false);
    expect(await readFile(join(secret, 'file'), 'utf8')).toBe('secret\n');
  } finally {
    process.env.HOME = before;
  }
});

test.each([
  ['what is fetched', randomBytes(3 * 2 ** 20)],
  ['what little becomes once it is written', Buffer.alloc(3 * 2 ** 20)],
])('too large is too large: %s', async (_, content) => {
  await put({ 'big.bin': content });
  commit('big');
  const machine = onMachine('one', await queued(), 1, { mostBytes: 2 ** 20 });
  expect(await why(machine.begin())).toContain('it is larger than 1 MB (PROJECTS_GIT_MAX_MB)');
  expect(await machine.folder()).toBe('');
});

test('a redirect does not lead past the list', async () => {
  const hop = createServer((request, response) =>
    response.writeHead(302, { location: `${new URL(server.url).origin}${request.url}` }).end(),
  );
  await new Promise<void>((listening) => hop.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(hop.address() as AddressInfo).port}/sums.git`;
  try {
    const task = await shop.queue(`x${++ids}`, { repository: url });
    expect(await why(onMachine('one', task, 1, { allowed: [url] }).begin())).toMatch(/could not be cloned: .*302|redirect/);
    expect(server.requests()).toEqual([]);
  } finally {
    hop.close();
  }
});

test('a bundle that is too large for the record stays on its machine, and the owner is told where', async () => {
  const task = await queued();
  const machine = onMachine('one', task, 1);
  await machine.begin();
  await writeFile(join(await machine.folder(), 'big.bin'), randomBytes(17 * 2 ** 20));
  const delivered = await machine.deliver(true);
  const file = join(machine.taskDir, 'result.bundle');
  expect(delivered).toMatchObject({ commits: 1, bundle: { kind: 'host', host: 'one', file } });
  expect(await shop.store.bundle(task.id)).toBeNull();
  git('fetch', '--quiet', file, `tars/${task.id}`);
});

test('a task that ended while nobody held it is handed over all the same, and its clone goes', async () => {
  const task = await queued();
  const machine = onMachine('one', task, 1);
  await machine.begin();
  await writeFile(join(await machine.folder(), 'kept.txt'), 'half\n');
  const left = tendLeftClones({
    store: shop.store,
    stateDir: join(dir.path, 'one'),
    isHeld: () => false,
    workOf: (found) => (found.id === task.id ? onMachine('one', found, 1) : null),
    logger: shop.logger,
    everyMs: 20,
    ownMs: 0,
  });
  try {
    await shop.store.commit(task.id, {
      as: { role: 'outsider' },
      events: [{ type: 'task.cancelled', at: Date.now(), channel: 'cli', stopped: 0 }],
    });
    await waitUntil(() => !existsSync(machine.taskDir) || !existsSync(join(machine.taskDir, 'repository.git')), {
      what: 'the clone is gone',
    });
  } finally {
    await left.close();
  }
  expect(await shop.store.read(task.id)).toMatchObject({
    state: 'cancelled',
    delivery: { finished: false, commits: 1, bundle: { kind: 'record' } },
  });
});
