// A task whose project is a git address: cloned by its worker, worked on behind the wall, handed over as a bundle or a branch.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { keys } from '@tars/core/redis';
import { type ServedRepository, serveRepository, type TurnInput } from '@tars/testkit';
import { processesWith, taskProcesses } from './processes.js';
import { bash, finish, mendNode, NODE_PROJECT } from './projects.js';
import { openStage, type Stage, TARS } from './stage.js';

const PASSWORD = 'hunter2-of-the-git-server';
/** The owner's own credential helper, told to git by the worker's environment alone. */
const HELPER = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'credential.helper',
  GIT_CONFIG_VALUE_0: `!f() { printf 'username=owner\\npassword=%s\\n' "$PASSWORD_OF_GIT"; }; f`,
  PASSWORD_OF_GIT: PASSWORD,
};

let stage: Stage | null = null;
let served: ServedRepository | null = null;
afterEach(async () => {
  await stage?.close();
  await served?.close();
  stage = null;
  served = null;
});

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=owner', '-c', 'user.email=owner@example.org', '-C', folder, ...args], { encoding: 'utf8' }).trim();

type Told = Readonly<Record<string, TurnInput[]>>;

type World = {
  settings?: Readonly<Record<string, string>>;
  files?: Readonly<Record<string, string>>;
  login?: { user: string; password: string };
};

/** A machine, and a server with one repository of these files; conversations are told apart by their goals. */
async function perform(tasks: Told, { settings = {}, files = { 'kept.txt': 'kept\n' }, login }: World = {}) {
  const conversations = Object.entries(tasks).map(([name, turns]) => ({ name, match: `Goal: ${name}`, turns }));
  const opened = await openStage({ conversations }, { SANDBOX: 'required', ...settings });
  stage = opened;
  const home = join(dirname(opened.projectsRoot), 'server', 'sums');
  await mkdir(dirname(home));
  const server = await serveRepository(home, login ?? null);
  served = server;
  const owners = await opened.project('mine', { ...files, '.gitignore': 'go\nnode_modules\n' });
  git(owners, 'init', '--quiet', '-b', 'main');
  git(owners, 'add', '-A');
  git(owners, 'commit', '--quiet', '-m', 'start');
  git(owners, 'push', '--quiet', server.folder, 'main');
  return { opened, server, owners, allowed: { PROJECTS_GIT_URLS: server.url.replace(/[^/]*$/, '*') } };
}

async function start(opened: Stage, goal: string, project: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout, stderr } = await opened.tars(['start', goal, '--project', project, '--json'], { env });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout).task_id;
}

const ended = (opened: Stage, id: string) => opened.taskThat(id, 'has ended', ({ endedAt }) => endedAt !== null);
const folderOf = (opened: Stage, id: string, ...more: string[]): string =>
  join(opened.environment.TARS_STATE_DIR ?? '', 'tasks', id, ...more);

/** Writes a word, waits to be told to go on, and says done. */
const writeAndWait = (word: string): TurnInput[] => [
  { calls: [{ name: 'write_file', input: { path: 'word.txt', content: `${word}\n` } }] },
  { calls: [bash('for i in $(seq 600); do test -e go && break; sleep 0.1; done', 'wait')] },
  { calls: [finish(`Write ${word}`)] },
];
const waits = (opened: Stage, id: string) =>
  opened.until(`task ${id} waits in its clone`, async () =>
    (await opened.store.events(id)).some(({ event }) => event.type === 'command.intended'),
  );
const goOn = (opened: Stage, id: string) => writeFile(folderOf(opened, id, 'worktree', 'sums', 'go'), '');

/** The bundle as `tars bundle` gives it, fetched into the owner's own clone. */
async function fetched(opened: Stage, id: string, owners: string): Promise<void> {
  const file = join(dirname(opened.projectsRoot), `${id}.bundle`);
  execFileSync('sh', ['-c', `"$0" "$1" bundle ${id} > "$2"`, process.execPath, TARS, file], { env: opened.environment });
  git(owners, 'fetch', '--quiet', file, `tars/${id}:tars/${id}`);
}

test('a task by git address is cloned with the owner’s credentials, done behind the wall, and comes back as a bundle', async () => {
  const look = [
    bash(
      'env; git log --oneline; git remote -v; cat ~/.netrc ../../repository.git/config; touch ../../repository.git/hooks-of-mine',
      'look',
    ),
  ];
  const turns: TurnInput[] = [{ calls: look }, ...mendNode];
  const { opened, server, owners, allowed } = await perform(
    { mend: turns },
    { files: NODE_PROJECT, login: { user: 'owner', password: PASSWORD } },
  );
  const worker = opened.spawnTars(['worker'], { ...HELPER, ...allowed });
  opened.spawnTars(['notifier']);
  await worker.saw(/worker ready/);
  const id = await start(opened, 'mend', `${server.url}#main`);

  const task = await ended(opened, id);
  expect(task).toMatchObject({
    state: 'finished',
    project: `${server.url}#main`,
    repository: { url: server.url, ref: 'main', commit: git(owners, 'rev-parse', 'main') },
    branch: `tars/${id}`,
    filesChanged: ['sum.js'],
    proof: { verdict: 'VERIFIED' },
    sandbox: 'bubblewrap',
    delivery: { finished: true, commits: 1, bundle: { kind: 'record' }, push: null },
  });
  const feed = await opened.fullFeed(id);
  expect(feed.join('\n')).toContain(`📥 Cloned ${server.url} at ${git(owners, 'rev-parse', 'main').slice(0, 10)}.`);
  expect(feed.join('\n')).toContain(`📦 Result of task #${id}: branch tars/${id} (1 commit) is kept as a bundle.`);

  await fetched(opened, id, owners);
  expect(git(owners, 'show', `tars/${id}:sum.js`)).toContain('a + b');
  expect(git(owners, 'log', '-1', '--format=%an|%s', `tars/${id}`)).toBe('TARS|Add instead of subtract');
  expect(git(owners, 'merge-base', 'main', `tars/${id}`)).toBe(git(owners, 'rev-parse', 'main'));
  expect(git(server.folder, 'branch', '--format=%(refname:short)')).toBe('main');

  const saw = JSON.stringify(opened.claude.requests());
  // The commands see where they are, and can write none of it.
  expect(saw).toContain(`${git(owners, 'rev-parse', 'main').slice(0, 7)} (HEAD -> tars/${id}) start`);
  expect(saw).toContain('Read-only file system');
  expect(existsSync(folderOf(opened, id, 'repository.git', 'hooks-of-mine'))).toBe(false);
  // Nobody but the worker's own git has seen the password.
  const record = await Promise.all((await opened.redis.keys('tars:task:*')).map((key) => opened.redis.dump(key)));
  const places = [saw, JSON.stringify(opened.n8n.deliveries()), worker.stdout(), worker.stderr(), String(record)];
  for (const place of places) expect(place).not.toContain(PASSWORD);
  await opened.until('the clone is gone', () => !existsSync(folderOf(opened, id, 'repository.git')));
  expect(existsSync(folderOf(opened, id, 'worktree', 'sums'))).toBe(false);
  expect(await opened.tars(['undo', id])).toMatchObject({ code: 1, stderr: expect.stringContaining('on a branch of its own') });
});

test('two tasks of one address work side by side; with PROJECTS_GIT_PUSH the branch of each is pushed, and what the server refuses is kept', async () => {
  const { opened, server, owners, allowed } = await perform(
    { left: writeAndWait('left'), right: writeAndWait('right') },
    { settings: { PROJECTS_GIT_PUSH: 'true' } },
  );
  const address = await opened.up({ ...allowed });
  const created = await fetch(`${address}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ goal: 'left', project: server.url }),
  });
  expect(created.status).toBe(201);
  const { task_id: left } = (await created.json()) as { task_id: string };
  const right = await start(opened, 'right', server.url);
  for (const id of [left, right]) await waits(opened, id);
  expect(await readFile(folderOf(opened, left, 'worktree', 'sums', 'word.txt'), 'utf8')).toBe('left\n');
  expect(await readFile(folderOf(opened, right, 'worktree', 'sums', 'word.txt'), 'utf8')).toBe('right\n');

  await goOn(opened, left);
  expect(await ended(opened, left)).toMatchObject({ state: 'finished', delivery: { push: { kind: 'pushed' } } });
  expect(git(server.folder, 'show', `tars/${left}:word.txt`)).toBe('left');
  expect(git(server.folder, 'rev-parse', 'main')).toBe(git(owners, 'rev-parse', 'main'));

  git(server.folder, 'config', 'http.receivepack', 'false');
  await goOn(opened, right);
  const refused = await ended(opened, right);
  expect(refused).toMatchObject({ state: 'finished', delivery: { push: { kind: 'refused' }, bundle: { kind: 'record' } } });
  expect((await opened.fullFeed(right)).join('\n')).toMatch(/could not be pushed \(.*403.*\); it is kept as a bundle/s);

  const seen = (await (await fetch(`${address}/api/tasks/${right}`)).json()) as { delivery: unknown; repository: unknown };
  expect(seen).toMatchObject({ delivery: { bundle: 'record', pushed: false }, repository: { url: server.url, ref: null } });
  const bundle = await fetch(`${address}/api/tasks/${right}/bundle`);
  expect(bundle.headers.get('content-type')).toBe('application/octet-stream');
  const file = join(dirname(opened.projectsRoot), 'over-http.bundle');
  await writeFile(file, Buffer.from(await bundle.arrayBuffer()));
  git(owners, 'fetch', '--quiet', file, `tars/${right}:tars/${right}`);
  expect(git(owners, 'show', `tars/${right}:word.txt`)).toBe('right');
});

test('a worker killed in mid-task goes on in the clone there is, and nothing is fetched again', async () => {
  const { opened, server, owners, allowed } = await perform({ long: writeAndWait('once') });
  const worker = opened.spawnTars(['worker'], allowed);
  await worker.saw(/worker ready/);
  const id = await start(opened, 'long', server.url);
  await waits(opened, id);
  const asked = server.requests().length;
  await writeFile(folderOf(opened, id, 'worktree', 'sums', 'uncommitted.txt'), 'kept\n');
  worker.kill('SIGKILL');
  await worker.ended;
  await goOn(opened, id);
  opened.spawnTars(['worker'], allowed);
  const task = await ended(opened, id);
  expect(task).toMatchObject({ state: 'finished', attempt: 2, crashes: 1, delivery: { finished: true } });
  expect(server.requests().length).toBe(asked);
  await fetched(opened, id, owners);
  expect(git(owners, 'show', `tars/${id}:uncommitted.txt`)).toBe('kept');
  expect(git(owners, 'show', `tars/${id}:word.txt`)).toBe('once');
});

test('a cancelled task leaves what it had as a bundle that is not pushed; told to go on, it is cloned anew with it', async () => {
  const { opened, server, owners, allowed } = await perform(
    {
      half: [
        ...writeAndWait('half').slice(0, 2),
        { calls: [bash('cat word.txt', 'see what is there')] },
        { calls: [finish('Write it whole')] },
      ],
    },
    { settings: { PROJECTS_GIT_PUSH: 'true' } },
  );
  const worker = opened.spawnTars(['worker'], allowed);
  await worker.saw(/worker ready/);
  const id = await start(opened, 'half', server.url);
  await waits(opened, id);
  expect(await opened.tars(['cancel', id])).toMatchObject({ code: 0 });
  expect(await opened.taskThat(id, 'is handed over', ({ delivery }) => delivery !== null)).toMatchObject({
    state: 'cancelled',
    delivery: { finished: false, commits: 1, push: null },
  });
  await opened.until('the clone is gone', () => !existsSync(folderOf(opened, id, 'repository.git')));
  expect(git(server.folder, 'branch', '--format=%(refname:short)')).toBe('main');
  expect(taskProcesses(id)).toEqual([]);

  expect(await opened.tars(['tell', id, 'go on please'])).toMatchObject({ code: 0 });
  expect(await ended(opened, id)).toMatchObject({ state: 'finished', delivery: { finished: true, commits: 1, push: { kind: 'pushed' } } });
  expect(JSON.stringify(opened.claude.requests().at(-1))).toContain('half');
  expect(git(server.folder, 'show', `tars/${id}:word.txt`)).toBe('half');
  expect(git(owners, 'branch', '--format=%(refname:short)')).toBe('main');
});

test('what may not be cloned is refused where it is asked for, and by the worker that is to do it', async () => {
  const { opened, server, allowed } = await perform({ never: [{ calls: [finish('never')] }] });
  const worker = opened.spawnTars(['worker']);
  await worker.saw(/worker ready/);
  const refused = async (project: string, env = {}) => {
    const { code, stderr } = await opened.tars(['start', 'never', '--project', project], { env });
    return `${code} ${stderr}`;
  };
  expect(await refused(server.url)).toMatch(/^2 .*not among the repositories that may be cloned.*PROJECTS_GIT_URLS/s);
  expect(await refused('ext::sh -c touch% /tmp/pwned', allowed)).toMatch(/^2 .*cannot be used/s);
  const withPassword = await refused(`http://owner:${PASSWORD}@127.0.0.1:${server.port}/sums.git`, allowed);
  expect(withPassword).toMatch(/^2 .*password or a token/s);
  expect(withPassword).not.toContain(PASSWORD);
  expect(server.requests()).toEqual([]);

  // One who may start it is not one who may clone it.
  const id = await start(opened, 'never', server.url, allowed);
  expect(await ended(opened, id)).toMatchObject({
    state: 'failed',
    failure: { reason: 'cannot_clone', message: expect.stringContaining('may not be cloned here') },
  });
  expect(server.requests()).toEqual([]);
  expect(await opened.redis.exists(keys.bundle(id))).toBe(0);
});

test('a server that does not answer holds nobody: a cancel ends the clone and everything of it', async () => {
  const { opened, server, allowed } = await perform({ hang: [{ calls: [finish('never')] }] });
  const worker = opened.spawnTars(['worker'], allowed);
  await worker.saw(/worker ready/);
  const release = server.hold();
  const id = await start(opened, 'hang', server.url);
  await opened.until('git asks', () => server.requests().length > 0);
  expect(processesWith(server.url).length).toBeGreaterThan(0);
  expect(await opened.tars(['cancel', id])).toMatchObject({ code: 0 });
  expect(await ended(opened, id)).toMatchObject({ state: 'cancelled', delivery: null });
  expect(processesWith(server.url)).toEqual([]);
  release();
});
