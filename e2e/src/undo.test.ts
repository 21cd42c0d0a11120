// What a task did can be looked at and taken back by its owner, wherever it stands; nothing the owner did since is lost.
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
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

const FILES = { 'kept.txt': 'one\ntwo\n', 'src/gone.js': 'export {};\n', 'crlf.txt': 'a\r\nb\r\n', 'run.sh': '#!/bin/sh\n' };

const WORK: TurnInput[] = [
  { calls: [{ name: 'edit_file', input: { path: 'kept.txt', edits: [{ old_text: 'two', new_text: 'three' }] } }] },
  {
    calls: [
      bash(
        'mkdir -p new/empty && printf "sk-ant-api03-%s" abcdefghijklmnop > new/key.txt && ln -s /etc new/etc && chmod 600 run.sh',
        'more',
      ),
    ],
  },
  { calls: [bash("node -e \"require('fs').rmSync('src', { recursive: true })\"", 'tidy up')] },
  { calls: [finish('Work')] },
];

/** Every file, folder and link, with its mode and content. */
async function looks(dir: string, path = '.'): Promise<string[]> {
  const names = (await readdir(join(dir, path))).sort();
  const rows = await Promise.all(
    names.map(async (name) => {
      const at = join(path, name);
      const stats = await lstat(join(dir, at));
      if (stats.isSymbolicLink()) return [`${at} -> ${await readlink(join(dir, at))}`];
      const mode = (stats.mode & 0o7777).toString(8);
      return stats.isDirectory()
        ? [`${at}/ ${mode}`, ...(await looks(dir, at))]
        : [`${at} ${mode} ${await readFile(join(dir, at), 'latin1')}`];
    }),
  );
  return rows.flat();
}

async function perform(turns: TurnInput[]) {
  const opened = await openStage({ conversations: [{ name: 'only', turns }] });
  stage = opened;
  const project = await opened.project('sums', FILES);
  await chmod(join(project, 'run.sh'), 0o755);
  await mkdir(join(project, 'was-empty'));
  await symlink('nowhere', join(project, 'dangling'));
  const before = await looks(project);
  opened.spawnTars(['worker']);
  const { stdout } = await opened.tars(['start', 'Do it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  return { stage: opened, id, project, before };
}

/** Says yes to whatever the task asks, until it has ended. */
async function throughToTheEnd(opened: Stage, id: string): Promise<void> {
  for (;;) {
    const task = await opened.taskThat(id, 'asks or has ended', ({ confirmation, endedAt }) => confirmation !== null || endedAt !== null);
    if (task.endedAt !== null) return;
    const asked = task.confirmation?.id;
    await opened.tars(['confirm', id], { input: '4711\n' });
    await opened.taskThat(id, 'goes on', ({ confirmation }) => confirmation?.id !== asked);
  }
}

test('what a task changed is shown, undone to any turn, brought back, and undone whole, as it was', async () => {
  const { stage: opened, id, project, before } = await perform(WORK);
  opened.spawnTars(['notifier']);
  await throughToTheEnd(opened, id);
  const after = await looks(project);
  expect(after).not.toEqual(before);

  const shown = await opened.tars(['diff', id]);
  expect(shown.stdout).toContain('-two\n+three\n');
  expect(shown.stdout).toContain('deleted file mode 100644\n');
  expect(shown.stdout).not.toContain('abcdefghijklmnop');
  expect(JSON.parse((await opened.tars(['diff', id, '--json'])).stdout)).toMatchObject({
    task_id: id,
    files: expect.arrayContaining([{ path: 'kept.txt', status: 'changed', insertions: 1, deletions: 1, binary: false }]),
  });

  const toTurn2 = await opened.tars(['undo', id, '--to', '2']);
  expect(toTurn2).toMatchObject({ code: 0, stdout: expect.stringContaining(`Task ${id} undone, sir`) });
  expect(await readFile(join(project, 'kept.txt'), 'utf8')).toBe('one\nthree\n');
  expect(await looks(project)).toEqual(before.map((row) => row.replace('one\ntwo\n', 'one\nthree\n')));

  expect(await opened.tars(['undo', id, '--to', 'redo'])).toMatchObject({ code: 0 });
  expect(await looks(project)).toEqual(after);

  expect(await opened.tars(['undo', id, '--json'])).toMatchObject({ code: 0 });
  expect(await looks(project)).toEqual(before);
  const task = await opened.store.read(id);
  expect(task).toMatchObject({ state: 'finished', undo: { outcome: { kind: 'done', left: [] } } });
  const told = (await opened.fullFeed(id)).filter((text) => text.startsWith('↩️'));
  await opened.until(
    'the feed tells of the last undo',
    async () => (await opened.fullFeed(id)).filter((text) => text.startsWith('↩️')).length === 3,
  );
  expect(told[0]).toMatch(/^↩️ Task #.{4} undone: \d+ files? put back, \d+ removed\.$/);
});

test('an undo never goes over what the owner did since: it says which files, and --force keeps them first', async () => {
  const { stage: opened, id, project, before } = await perform(WORK);
  await throughToTheEnd(opened, id);
  await writeFile(join(project, 'kept.txt'), "the owner's\n");
  await writeFile(join(project, 'other.txt'), 'untouched by the task\n');
  const refused = await opened.tars(['undo', id]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/was not undone.*changed after the task\.\n- kept\.txt\n/s) });
  expect(await readFile(join(project, 'kept.txt'), 'utf8')).toBe("the owner's\n");

  expect(await opened.tars(['undo', id, '--force'])).toMatchObject({ code: 0 });
  expect(await readFile(join(project, 'other.txt'), 'utf8')).toBe('untouched by the task\n');
  expect((await looks(project)).filter((row) => !row.startsWith('other.txt'))).toEqual(before);

  expect(await opened.tars(['undo', id, '--to', 'redo'])).toMatchObject({ code: 0 });
  expect(await readFile(join(project, 'kept.txt'), 'utf8')).toBe("the owner's\n");
});

test('a task that runs is not undone under its hands; once cancelled it is, its last step included', async () => {
  const {
    stage: opened,
    id,
    project,
    before,
  } = await perform([
    { calls: [{ name: 'write_file', input: { path: 'new.txt', content: 'new' } }] },
    { calls: [bash('echo more >> new.txt; echo 1 > other.txt; sleep 600.125', 'wait')] },
  ]);
  await opened.until('the command has begun', () => existsSync(join(project, 'other.txt')));
  expect(await opened.tars(['undo', id])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has not ended, sir. Cancel or pause it'),
  });
  expect(await opened.tars(['cancel', id])).toMatchObject({ code: 0 });
  expect(await opened.tars(['undo', id])).toMatchObject({ code: 0 });
  expect(await looks(project)).toEqual(before);
  expect(await opened.store.read(id)).toMatchObject({ state: 'cancelled' });
});

test('an undo that no worker is there for says so at once, and is done by the next worker of that machine', async () => {
  const { stage: opened, id, project, before } = await perform(WORK);
  await throughToTheEnd(opened, id);
  await opened.stopAll();
  const waits = await opened.tars(['undo', id]);
  expect(waits).toMatchObject({ code: 1, stdout: expect.stringContaining('no worker is running on') });
  opened.spawnTars(['worker']);
  await opened.taskThat(id, 'is undone', ({ undo }) => undo?.outcome?.kind === 'done');
  expect(await looks(project)).toEqual(before);
});
