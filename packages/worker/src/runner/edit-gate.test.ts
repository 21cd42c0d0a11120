// What an edit takes away is asked for like the shell line that would: emptying, or next to it. Ordinary edits never ask.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { perform } from './perform.js';
import { type Attempt, openAttempt } from './testing/attempt.js';
import { answer, approve, requestOf } from './testing/owner.js';

const LONG = Array.from({ length: 80 }, (_, line) => `line ${line} of something that took a while to write\n`).join('');
const FILES = { 'notes.md': LONG, 'short.txt': 'one line\n', 'blank.txt': '\n\n' };

const open: Attempt[] = [];
afterEach(async () => {
  for (const attempt of open.splice(0)) await attempt.close();
});

async function attemptWith({ tracked }: { tracked: boolean }): Promise<Attempt> {
  const attempt = await openAttempt({ files: FILES });
  open.push(attempt);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', attempt.project, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { stdio: 'ignore' });
  git('init', '-q');
  if (tracked) git('add', '.');
  if (tracked) git('commit', '-qm', 'begin');
  return attempt;
}

const write = (path: string, content: string, id = 'call_1') => ({ id, name: 'write_file', input: { path, content } });
const cut = (path: string, old_text: string, new_text = '') => ({
  id: 'call_1',
  name: 'edit_file',
  input: { path, edits: [{ old_text, new_text }] },
});
const asked = ({ record }: Attempt) => record.events().filter(({ type }) => type === 'confirmation.requested').length;
const textOf = (attempt: Attempt, name: string) => readFile(join(attempt.project, name), 'utf8');

test.each([
  ['write_file with nothing', write('notes.md', '')],
  ['write_file with blank lines', write('notes.md', ' \n\n')],
  ['an edit that cuts all of it', cut('short.txt', 'one line\n')],
])('%s empties a file, and is asked for though git has it', async (_, call) => {
  const attempt = await attemptWith({ tracked: true });
  const before = await textOf(attempt, call.input.path);
  await attempt.reply([call], { text: 'It is not needed any more.' });
  const performed = perform(attempt.context);
  const request = await requestOf(attempt);
  expect(request).toMatchObject({
    reason: 'overwrite files',
    rule: 'redirect-nothing',
    command: `${call.name} ${call.input.path} (leaves it empty)`,
    agentSays: 'It is not needed any more.',
    access: [],
  });
  expect(await textOf(attempt, call.input.path)).toBe(before);
  approve(attempt, request);
  await performed;
  expect((await textOf(attempt, call.input.path)).trim()).toBe('');
  expect(attempt.record.events()).toContainEqual(expect.objectContaining({ type: 'edit.intended', confirmationId: request.id }));
  expect(attempt.record.task().grant).toBeNull();
});

test('a denied edit is not made, and the model hears it', async () => {
  const attempt = await attemptWith({ tracked: true });
  await attempt.reply([write('notes.md', '')]);
  const performed = perform(attempt.context);
  answer(attempt, await requestOf(attempt), 'denied');
  await performed;
  expect(await textOf(attempt, 'notes.md')).toBe(LONG);
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining('denied') });
});

test('leaving next to nothing is asked for where git does not have the file, and only there', async () => {
  const untracked = await attemptWith({ tracked: false });
  await untracked.reply([write('notes.md', 'gone\n')]);
  const performed = perform(untracked.context);
  const request = await requestOf(untracked);
  expect(request).toMatchObject({ command: `write_file notes.md (leaves 5 of ${LONG.length} bytes)` });
  expect(request.effect).toContain('git does not have');
  answer(untracked, request, 'denied');
  await performed;
  const tracked = await attemptWith({ tracked: true });
  await tracked.reply([write('notes.md', 'gone\n')]);
  await perform(tracked.context);
  expect(asked(tracked)).toBe(0);
  expect(await textOf(tracked, 'notes.md')).toBe('gone\n');
});

test('a file that is no text is asked for before text takes its place', async () => {
  const attempt = await attemptWith({ tracked: false });
  await writeFile(join(attempt.project, 'shop.db'), Buffer.from([83, 81, 76, 0, 255, 254, 1, 2, 3]));
  await attempt.reply([write('shop.db', `${LONG}`)]);
  const performed = perform(attempt.context);
  answer(attempt, await requestOf(attempt), 'denied');
  await performed;
  expect((await readFile(join(attempt.project, 'shop.db'))).length).toBe(9);
});

test.each([
  ['a new file', write('new.txt', '')],
  ['a small file rewritten', write('short.txt', 'x')],
  ['a blank file', write('blank.txt', '')],
  ['a long file rewritten at length', write('notes.md', LONG.replaceAll('line', 'row'))],
  ['a long file shortened that keeps lines', cut('notes.md', LONG.slice(0, LONG.indexOf('line 70')))],
])('%s is written unasked', async (_, call) => {
  const attempt = await attemptWith({ tracked: false });
  await attempt.reply([call]);
  await perform(attempt.context);
  expect(asked(attempt)).toBe(0);
  expect(attempt.results().call_1).toMatchObject({ isError: false });
});

test('what the task has made itself is its own to empty', async () => {
  const attempt = await attemptWith({ tracked: false });
  await attempt.reply([write('made.md', LONG), write('made.md', '', 'call_2')]);
  await perform(attempt.context);
  expect(asked(attempt)).toBe(0);
  expect(await textOf(attempt, 'made.md')).toBe('');
});

test('a yes counts for the content it was given for: what the owner wrote meanwhile is asked for anew', async () => {
  const attempt = await attemptWith({ tracked: true });
  await attempt.reply([write('notes.md', '')]);
  const performed = perform(attempt.context);
  const first = await requestOf(attempt);
  await writeFile(join(attempt.project, 'notes.md'), `${LONG}and one more\n`);
  approve(attempt, first);
  const second = await requestOf(attempt, first.id);
  expect(second.changed).toContain('file notes.md');
  answer(attempt, second, 'denied');
  await performed;
  expect(await textOf(attempt, 'notes.md')).toBe(`${LONG}and one more\n`);
});
