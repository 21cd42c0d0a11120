// A commit is the owner's word, not the agent's habit.
import { execFileSync } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { survey } from '@tars/safety';
import { perform } from './perform.js';
import { type Attempt, openAttempt } from './testing/attempt.js';
import { asksForCommit, uncalledCommit } from './uncalled-commit.js';

const PROJECT = '/home/me/app';
const refused = (line: string): boolean => uncalledCommit(survey(line, { cwd: PROJECT, projectRoot: PROJECT }).calls, PROJECT) !== null;

test.each([
  'git commit -m x',
  'git add -A && git commit -am "all of it"',
  'git -c user.name=me commit -m x',
  'cd src && git commit --amend --no-edit',
  "bash -c 'git commit -m x'",
  'git merge feature',
  'git tag v1',
])('%j commits', (line) => {
  expect(refused(line)).toBe(true);
});

test.each([
  'git status',
  'git diff --stat',
  'git log --oneline',
  'git tag -l',
  'git merge --abort',
  'git commit --dry-run',
  'echo git commit',
  'git -C /tmp/fixture commit -m x',
  'cd /tmp/fixture && git commit -m x',
])('%j does not commit in the project', (line) => {
  expect(refused(line)).toBe(false);
});

test.each([
  ['Add dark mode and commit it', true],
  ['Push it to GitHub', true],
  ['Open a pull request with the fix', true],
  ['Add dark mode', false],
  ['Add a commitment form', false],
  ['Fix the bug, but do not commit', false],
  ['Fix the bug without committing anything', false],
])('%j asks for a commit: %s', (words, asks) => {
  expect(asksForCommit(words)).toBe(asks);
});

let attempt: Attempt | null = null;
afterEach(async () => {
  await attempt?.close();
  attempt = null;
});

test.each([
  { goal: 'Add a note', subjects: [], isError: true },
  { goal: 'Add a note and commit it', subjects: ['note'], isError: false },
])('with the goal $goal the repository holds $subjects', async ({ goal, subjects, isError }) => {
  attempt = await openAttempt({ goal, files: { 'a.txt': 'a' } });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', attempt?.project ?? '', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  git('init', '-q');
  const command = 'git add a.txt && git -c user.name=me -c user.email=me@example.com commit -q -m note';
  await attempt.reply([{ id: 'c', name: 'bash', input: { command, reason: 'keep it' } }]);
  await perform(attempt.context);
  expect(attempt.results().c?.isError).toBe(isError);
  expect(git('log', '--all', '--format=%s').split('\n').filter(Boolean)).toEqual(subjects);
});
