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
  'package.json': JSON.stringify({
    scripts: {
      test: "test -e fixed && printf '# tests 1\\n# pass 1\\n# fail 0\\n' || { printf '# tests 1\\n# pass 0\\n# fail 1\\nthe sum is wrong\\n'; exit 1; }",
    },
  }),
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
  const Makefile = "test:\n\t@test -e fixed && printf '# tests 1\\n# pass 1\\n# fail 0\\n'\n";
  const attempt = await attemptWith({ files: { Makefile, fixed: '' } });
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
