// Two tasks of one repository side by side, each on its own branch; and what becomes of their work.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import { bash, finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const inRepository = (project: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=owner', '-c', 'user.email=owner@example.org', ...args], { cwd: project, encoding: 'utf8' }).trim();

/** Writes a word, waits to be told to go on, and says done. */
const writeAndWait = (word: string): TurnInput[] => [
  { calls: [{ name: 'write_file', input: { path: 'shared.txt', content: `${word}\n` } }] },
  { calls: [bash('for i in $(seq 600); do test -e go && break; sleep 0.1; done', 'wait')] },
  { calls: [finish(`Write ${word}`)] },
];

async function repository(opened: Stage): Promise<string> {
  const project = await opened.project('sums', { 'shared.txt': 'start\n', 'kept.txt': 'kept\n', '.gitignore': 'go\n' });
  inRepository(project, 'init', '--quiet', '-b', 'main');
  inRepository(project, 'add', '-A');
  inRepository(project, 'commit', '--quiet', '-m', 'start');
  return project;
}

/** The worker's machine, with both conversations told apart by their goals. */
async function perform(tasks: Readonly<Record<string, TurnInput[]>>): Promise<Stage> {
  const conversations = Object.entries(tasks).map(([name, turns]) => ({ name, match: `Goal: ${name}`, turns }));
  stage = await openStage({ conversations });
  return stage;
}

async function start(opened: Stage, goal: string, project: string, more: readonly string[] = ['--isolate']): Promise<string> {
  const { stdout } = await opened.tars(['start', goal, '--project', project, '--json', ...more]);
  return JSON.parse(stdout).task_id;
}

const ended = (opened: Stage, id: string) => opened.taskThat(id, 'has ended', ({ endedAt }) => endedAt !== null);

const waits = (opened: Stage, id: string) =>
  opened.until(`task ${id} waits in its worktree`, async () =>
    (await opened.store.events(id)).some(({ event }) => event.type === 'command.intended'),
  );

/** Where an isolated task works on this machine. */
const worktreeOf = (opened: Stage, id: string): string => join(opened.environment.TARS_STATE_DIR ?? '', 'tasks', id, 'worktree', 'sums');

test('two isolated tasks work side by side, leave the project alone, and a branch each with a forecast of its merge', async () => {
  const opened = await perform({ left: writeAndWait('left'), right: writeAndWait('right') });
  const project = await repository(opened);
  await writeFile(join(project, 'kept.txt'), 'the owner works on\n');
  opened.spawnTars(['worker']);
  const ids = [await start(opened, 'left', project), await start(opened, 'right', project)];
  for (const id of ids) await waits(opened, id);
  for (const id of ids) await writeFile(join(worktreeOf(opened, id), 'go'), '');
  for (const id of ids) {
    const task = await ended(opened, id);
    expect(task).toMatchObject({ state: 'finished', branch: `tars/${id}`, filesChanged: ['shared.txt'], project });
    expect(task.summary).toContain(`Branch tars/${id} merges into main cleanly.`);
    expect(inRepository(project, 'log', '-1', '--format=%an %s', `tars/${id}`)).toBe(`TARS Write ${task.goal}`);
    expect(inRepository(project, 'show', `tars/${id}:shared.txt`)).toBe(task.goal);
    const notices = (await opened.store.events(id)).flatMap(({ event }) => (event.type === 'notice.given' ? [event.text] : []));
    expect(notices).toContain('1 file had uncommitted changes before the task; the worktree begins at the last commit, without them.');
  }
  expect(await readFile(join(project, 'shared.txt'), 'utf8')).toBe('start\n');
  expect(inRepository(project, 'status', '--porcelain')).toBe('M kept.txt');
  await opened.until('the worktrees are gone', () => inRepository(project, 'worktree', 'list').split('\n').length === 1);

  const [left = ''] = ids;
  expect(await opened.tars(['undo', left])).toMatchObject({ code: 1, stderr: expect.stringContaining('on a branch of its own') });
  expect(await opened.tars(['diff', left])).toMatchObject({ code: 0, stdout: expect.stringContaining('-start\n+left\n') });
});

test('a merge that will conflict is foretold, with the files; a cancelled task leaves what it has on its branch', async () => {
  const opened = await perform({ left: writeAndWait('left'), right: writeAndWait('right') });
  const project = await repository(opened);
  opened.spawnTars(['worker']);
  const [left, right] = [await start(opened, 'left', project), await start(opened, 'right', project)];
  for (const id of [left, right]) await waits(opened, id);
  await writeFile(join(project, 'shared.txt'), 'meanwhile\n');
  inRepository(project, 'commit', '--quiet', '-am', 'meanwhile');
  await writeFile(join(worktreeOf(opened, left), 'go'), '');
  expect((await ended(opened, left)).summary).toContain(`Branch tars/${left} conflicts with main in: shared.txt.`);

  expect(await opened.tars(['cancel', right])).toMatchObject({ code: 0 });
  await opened.until('the worktrees are gone', () => inRepository(project, 'worktree', 'list').split('\n').length === 1);
  expect(inRepository(project, 'show', `tars/${right}:shared.txt`)).toBe('right');
  expect(existsSync(worktreeOf(opened, right))).toBe(false);
});

test('what cannot be isolated fails at once with the way out, and touches nothing', async () => {
  const opened = await perform({ left: writeAndWait('left') });
  const project = await opened.project('sums', { 'shared.txt': 'start\n' });
  opened.spawnTars(['worker']);
  const task = await ended(opened, await start(opened, 'left', project));
  expect(task).toMatchObject({
    state: 'failed',
    failure: { reason: 'cannot_isolate', message: expect.stringContaining('no git repository') },
  });
  expect(opened.claude.requests().filter(({ method }) => method === 'POST')).toEqual([]);
});
