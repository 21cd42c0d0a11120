import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { survey } from '@tars/safety';
import { type TempDir, tempDir } from '@tars/testkit';
import { factsAbout } from '../facts.js';
import { effectOf } from './effect.js';

const run = promisify(execFile);
let dir: TempDir;
let project: string;
const write = async (name: string, text: string) => {
  await mkdir(dirname(join(project, name)), { recursive: true });
  await writeFile(join(project, name), text);
};
const git = (...args: string[]) => run('git', ['-C', project, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);

beforeAll(async () => {
  dir = await tempDir();
  project = join(dir.path, 'project');
  await mkdir(project);
  await run('git', ['init', '-q', '-b', 'main', project]);
  for (const name of ['kept.txt', 'changed.txt', 'src/a.js', 'src/b.js', 'notes.log']) await write(name, 'line\n');
  await git('add', '.');
  await git('commit', '-q', '-m', 'one');
  await git('remote', 'add', 'origin', 'https://me:secret@example.com/me/calculator.git');
  await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  await write('changed.txt', 'another line\n');
  await write('src/new.js', 'not in git\n');
  await write('notes.log', 'line\n');
  await git('commit', '-q', '--amend', '-m', 'two');
  await symlink(dir.path, join(project, 'out'));
  await writeFile(join(dir.path, 'outside.txt'), 'x');
  // Would run outside of any sandbox if anything here asked git for a status.
  await git('config', 'filter.evil.clean', `touch ${dir.path}/ran`);
  await write('.gitattributes', '* filter=evil\n');
});
afterAll(() => dir.remove());

const effect = (command: string) =>
  effectOf(survey(command, { cwd: project, projectRoot: project, facts: factsAbout(project) }).calls, project);

test.each([
  ['rm kept.txt', 'Deletes 1 file (5 bytes): 1 can be had back from git.'],
  ['rm changed.txt', 'Deletes 1 file (13 bytes): 1 from git only without their latest changes.'],
  ['rm -rf src', 'Deletes 3 files in 1 folder (21 bytes): 2 can be had back from git, 1 not in git, so gone for good.'],
  ['rm *.log', 'Deletes 1 file (5 bytes): 1 can be had back from git.'],
  ['cd src && rm -- b.js', 'Deletes 1 file (5 bytes): 1 can be had back from git.'],
  ['rm ../outside.txt', 'Deletes 1 file (1 byte): 1 not in git, so gone for good; 1 outside the project.'],
  ['rm -rf nothing', 'Deletes nothing: there is no such file now.'],
  ['rm -rf "$(cat list)"', 'Which files it deletes is only known when it runs.'],
  ['git reset --hard', 'Discards the changes in 1 tracked file for good.'],
  ['git clean -fd', 'Deletes 3 files and folders that git does not have, for good.'],
  [
    'git push --force origin main',
    'Pushes 1 commit to main at origin (https://example.com/me/calculator.git); 1 commit there would be lost, as far as was fetched.',
  ],
  ['git push origin :old', 'Deletes old at origin (https://example.com/me/calculator.git).'],
  ['chmod -R 777 src', 'Changes who may use 4 files and folders.'],
  ['kill 999999999', 'Ends process 999999999; not found from here.'],
  ['psql -c "drop table users"', 'How many rows it would change is not known here.'],
  ['sudo systemctl restart nginx', 'What it would change is not known before it runs.'],
])('%s: %s', async (command, told) => {
  expect(await effect(command)).toBe(told);
});

test('a link is counted as itself, never as what it leads to', async () => {
  expect(await effect('rm -rf out')).toBe(`Deletes 1 file (${dir.path.length} bytes): 1 not in git, so gone for good.`);
});

test('the processes a kill names are named', async () => {
  const child = execFile('sleep', ['60']);
  try {
    expect(await effect(`kill -9 ${child.pid}`)).toBe('Ends 1 process: sleep.');
  } finally {
    child.kill('SIGKILL');
  }
});

test('looking runs nothing of the project', async () => {
  await effect('rm -rf . && git reset --hard && git clean -fdx && git checkout .');
  await expect(run('ls', [join(dir.path, 'ran')])).rejects.toThrow();
  await rm(join(project, '.gitattributes'));
});
