// A claim of "done" and what the project's own checks say of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startFakeClaude, type TurnInput } from '@tars/testkit';
import { createModelClient } from '../model/client.js';
import { taskProcesses } from '../shell/process-tree.js';
import { runTask } from './loop.js';
import { perform } from './perform.js';
import { type Attempt, type AttemptOptions, openAttempt } from './testing/attempt.js';

const open: Attempt[] = [];
afterEach(async () => {
  for (const attempt of open.splice(0)) await attempt.close();
});
async function attemptWith(options: AttemptOptions): Promise<Attempt> {
  const attempt = await openAttempt(options);
  open.push(attempt);
  return attempt;
}

/** Its test is green once `fixed` exists. */
const CHECKED = {
  'package.json': JSON.stringify({ scripts: { test: 'node --test' } }),
  'sum.test.js':
    "const test = require('node:test');\ntest('sums', () => require('node:assert').ok(require('node:fs').existsSync('fixed'), 'the sum is wrong'));\n",
};
const finish = (id: string, summary = 'Add sums.\nAll of them.') => ({ id, name: 'finish', input: { summary } });
const ended = ({ record }: Attempt) => record.events().filter(({ type }) => type.startsWith('task.'));

test('what the checks confirm is finished, with the proof of what ran', async () => {
  const attempt = await attemptWith({ files: CHECKED });
  await attempt.reply([{ id: 'w', name: 'write_file', input: { path: 'fixed', content: '' } }, finish('f')]);
  expect(await perform(attempt.context)).toBe('ended');
  expect(attempt.record.task()).toMatchObject({
    state: 'finished',
    filesChanged: ['fixed'],
    suggestedCommitMessage: 'Add sums',
    proof: { verdict: 'VERIFIED', checks: [{ command: 'npm test', exit_code: 0, passed: 1, failed: 0 }] },
  });
  expect(attempt.results().f?.isError).toBe(false);
  expect(await taskProcesses(attempt.record.task().id, [])).toEqual([]);
});

test('what they refute goes back to the model with their output, and the third time the task has failed', async () => {
  const attempt = await attemptWith({ files: CHECKED });
  for (const id of ['f1', 'f2']) {
    await attempt.reply([finish(id)]);
    expect(await perform(attempt.context)).toBe('goes on');
    expect(attempt.results()[id]).toMatchObject({ isError: true, text: expect.stringContaining('the sum is wrong') });
  }
  expect(ended(attempt)).toEqual([]);
  await attempt.reply([finish('f3')]);
  expect(await perform(attempt.context)).toBe('ended');
  expect(attempt.record.task()).toMatchObject({
    state: 'failed',
    refutations: 3,
    failure: { reason: 'refuted' },
    proof: { verdict: 'REFUTED' },
  });
});

test('the checks run in the project, wherever the model left its shell', async () => {
  const files = { Makefile: 'test:\n\t@sh test_it.sh\n', 'test_it.sh': 'test -e fixed || exit 1\n', fixed: '' };
  const attempt = await attemptWith({ files });
  await attempt.reply([{ id: 'b', name: 'bash', input: { command: 'mkdir away && cd away', reason: 'leave' } }, finish('f')]);
  expect(await perform(attempt.context)).toBe('ended');
  expect(attempt.record.task().proof?.verdict).toBe('VERIFIED');
});

test('where there is nothing to check the task is finished, and said to be unverified', async () => {
  const attempt = await attemptWith({});
  await attempt.reply([finish('f')]);
  await perform(attempt.context);
  expect(attempt.record.task()).toMatchObject({ state: 'finished', suggestedCommitMessage: null, proof: { verdict: 'UNVERIFIED' } });
});

test('a doubt goes back to the model once; the next time the owner hears of it', async () => {
  const attempt = await attemptWith({ files: CHECKED });
  const empty = { path: 'more.test.js', content: "const test = require('node:test');\ntest('more', () => {});\n" };
  const write = (id: string, input: object) => ({ id, name: 'write_file', input: { ...input } });
  await attempt.reply([write('w', { path: 'fixed', content: '' }), write('m', empty), finish('f1')]);
  expect(await perform(attempt.context)).toBe('goes on');
  expect(attempt.results().f1).toMatchObject({ isError: true, text: expect.stringContaining('more.test.js: "more" asserts nothing') });
  await attempt.reply([finish('f2')]);
  expect(await perform(attempt.context)).toBe('ended');
  expect(attempt.record.task()).toMatchObject({
    state: 'finished',
    proof: { verdict: 'UNVERIFIED', sentence: 'Done, but not verified. Reason: more.test.js: "more" asserts nothing.' },
  });
});

test('a doubt is told to the owner at once where no turn is left to mend it', async () => {
  const attempt = await attemptWith({ files: { ...CHECKED, fixed: '' }, limits: { turns: 1 } });
  await attempt.reply([
    {
      id: 'm',
      name: 'write_file',
      input: { path: 'more.test.js', content: "const test = require('node:test');\ntest('more', () => {});\n" },
    },
    finish('f'),
  ]);
  expect(await perform(attempt.context)).toBe('ended');
  expect(attempt.record.task()).toMatchObject({ state: 'finished', proof: { verdict: 'UNVERIFIED' } });
});

test.each([
  ['Add sums.\nAll of them.', 'Add sums'],
  ['', 'do it'],
  [
    '# Add a very long explanation of what was done, with far too many words for a subject',
    'Add a very long explanation of what was done, with far too many words f…',
  ],
])('work that ends with the words %j has a message for its commit', async (summary, subject) => {
  const { task } = await runWith([
    { calls: [{ name: 'write_file', input: { path: 'a.txt', content: 'a' } }] },
    ...(summary === '' ? [{ calls: [] }] : [{ calls: [{ name: 'finish', input: { summary } }] }]),
  ]);
  expect(task).toMatchObject({ state: 'finished', filesChanged: ['a.txt'], suggestedCommitMessage: subject });
  expect(task.suggestedCommitMessage?.length).toBeLessThanOrEqual(72);
});

test('calls after a claim that was refuted are still carried out', async () => {
  const attempt = await attemptWith({ files: CHECKED });
  await attempt.reply([finish('f'), { id: 'w', name: 'write_file', input: { path: 'fixed', content: '' } }]);
  expect(await perform(attempt.context)).toBe('goes on');
  expect(existsSync(join(attempt.project, 'fixed'))).toBe(true);
});

/** Runs the task with a Claude that says these things. */
async function runWith(turns: TurnInput[], options: AttemptOptions = {}) {
  const claude = await startFakeClaude({ scenario: { turns } });
  try {
    const settings = { apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' };
    const attempt = await attemptWith({ ...options, model: createModelClient(settings, { outage: () => {} }) });
    await runTask(attempt.context);
    return { task: attempt.record.task(), requests: claude.requests(), failures: claude.failures() };
  } finally {
    await claude.close();
  }
}

test('a reply without calls is a claim, and one that was cut off is not', async () => {
  const { task, failures } = await runWith([
    { text: 'First I will', stop_reason: 'max_tokens' },
    { expect: { user_text: 'cut off' }, text: 'Nothing to do.' },
  ]);
  expect(task).toMatchObject({ state: 'finished', summary: 'Nothing to do.', turns: 2 });
  expect(failures).toEqual([]);
});

test('an empty reply is a claim too', async () => {
  expect((await runWith([{ calls: [] }])).task).toMatchObject({ state: 'finished', turns: 1 });
});

test.each([
  ['refusal', 'refused_by_model'],
  ['model_context_window_exceeded', 'context_too_large'],
] as const)('a reply that ended with %s is no claim: the task fails as %s', async (stop_reason, reason) => {
  const { task } = await runWith([{ text: 'I will not', stop_reason }]);
  expect(task).toMatchObject({ state: 'failed', failure: { reason } });
});

test('the limit of turns ends the task before the model is asked again', async () => {
  const { task, requests } = await runWith([{ text: 'on and on', stop_reason: 'max_tokens', repeat: 9 }], { limits: { turns: 3 } });
  expect(requests).toHaveLength(3);
  expect(task).toMatchObject({ state: 'failed', turns: 3, failure: { reason: 'max_turns' } });
});
