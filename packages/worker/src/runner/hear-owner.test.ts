// What the owner says while the agent works, and a pause between two calls, as the loop takes them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { startFakeClaude, type TurnInput } from '@tars/testkit';
import { createModelClient, type ModelClient } from '../model/client.js';
import { runTask } from './loop.js';
import { perform } from './perform.js';
import { OverError } from './record.js';
import { type Attempt, type AttemptOptions, openAttempt } from './testing/attempt.js';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});
async function attemptWith(options: AttemptOptions = {}): Promise<Attempt> {
  const attempt = await openAttempt(options);
  closes.push(attempt.close);
  return attempt;
}
/** An attempt with a Claude that says these things; `beforeTurn` happens while it is asked. */
async function attemptAgainst(
  turns: TurnInput[],
  beforeTurn: (turn: number, attempt: Attempt) => void = () => {},
  options: AttemptOptions = {},
) {
  const claude = await startFakeClaude({ scenario: { turns } });
  closes.push(claude.close);
  const asked = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
  let attempt: Attempt | null = null;
  let turn = 0;
  const model: ModelClient = {
    turn: (request, signal) => {
      if (attempt !== null) beforeTurn(++turn, attempt);
      return asked.turn(request, signal);
    },
  };
  attempt = await attemptWith({ ...options, model });
  return { attempt, claude };
}
let told = 0;
const tell = ({ record }: Attempt, text: string) =>
  record.outside({ type: 'message.told', at: 1, messageId: `m_${++told}`, text, channel: 'cli' });
const seenAt = ({ record }: Attempt) => record.events().flatMap((event) => (event.type === 'message.seen' ? [event.turn] : []));
const bash = (id: string, command: string) => ({ id, name: 'bash', input: { command, reason: 'see' } });
const finish = (id: string) => ({ id, name: 'finish', input: { summary: 'Done.' } });
const notes = ({ record }: Attempt) =>
  record.transcript().flatMap((entry) => (entry.kind === 'note' && entry.messageId ? [entry.text] : []));

test('what was said before and while the model thought is in the very next request, in order and once', async () => {
  const { attempt, claude } = await attemptAgainst(
    [
      { expect: { user_text: 'first[^]*second' }, calls: [bash('b', 'true')] },
      { expect: { user_text: 'third' }, calls: [finish('f')] },
    ],
    (turn, running) => turn === 1 && tell(running, 'third'),
  );
  tell(attempt, 'first');
  tell(attempt, 'second');
  await runTask(attempt.context);
  expect(claude.failures()).toEqual([]);
  expect(notes(attempt)).toEqual(['The owner says: first', 'The owner says: second', 'The owner says: third']);
  expect(seenAt(attempt)).toEqual([1, 2]);
  expect(attempt.record.task()).toMatchObject({ state: 'finished', messages: [] });
});

test('done is not done while the owner has said something unread, with a call and without', async () => {
  const { attempt, claude } = await attemptAgainst(
    [
      { calls: [finish('f1')] },
      {
        expect: { tool: 'finish', tool_result: 'the owner has said something', is_error: true, user_text: 'and the docs' },
        text: 'All done.',
      },
      { expect: { user_text: 'and the tests' }, text: 'Now all is done.' },
    ],
    (turn, running) => {
      if (turn === 1) tell(running, 'and the docs');
      if (turn === 2) tell(running, 'and the tests');
    },
  );
  await runTask(attempt.context);
  expect(claude.failures()).toEqual([]);
  expect(attempt.record.task()).toMatchObject({ state: 'finished', turns: 3, summary: 'Now all is done.' });
});

test('what is said while the checks run comes before their verdict, which then counts for nothing', async () => {
  const attempt = await attemptWith({ files: { 'package.json': JSON.stringify({ scripts: { test: 'touch ran; exit 1' } }) } });
  await attempt.reply([finish('f')]);
  const { commit } = attempt.record;
  attempt.record.commit = async (events, records) => {
    await commit(events, records);
    if (events.some(({ type }) => type === 'command.intended')) tell(attempt, 'wait');
  };
  expect(await perform(attempt.context)).toBe('goes on');
  expect(existsSync(join(attempt.project, 'ran'))).toBe(true);
  expect(attempt.results().f?.text).toContain('the owner has said something');
  expect(attempt.record.task()).toMatchObject({ state: 'started', refutations: 0 });
});

test('a pause lets the running command end and begins no other call', async () => {
  const attempt = await attemptWith();
  const read = { id: 'r', name: 'read_file', input: { path: 'first' } };
  await attempt.reply([bash('a', 'sleep 0.2; touch first'), read, bash('b', 'touch second')]);
  const { commit } = attempt.record;
  attempt.record.commit = async (events, records) => {
    await commit(events, records);
    if (events.some(({ type }) => type === 'command.intended')) attempt.record.outside({ type: 'pause.requested', at: 1, channel: 'cli' });
  };
  await expect(perform(attempt.context)).rejects.toThrow(OverError);
  expect(Object.keys(attempt.results())).toEqual(['a']);
  expect(attempt.results().a?.text).toContain('exit code 0');
  expect(existsSync(join(attempt.project, 'first'))).toBe(true);
  expect(existsSync(join(attempt.project, 'second'))).toBe(false);
});

test('a pause before the model is asked asks it nothing', async () => {
  const { attempt, claude } = await attemptAgainst([{ calls: [finish('f')] }]);
  attempt.record.outside({ type: 'pause.requested', at: 1, channel: 'cli' });
  await expect(runTask(attempt.context)).rejects.toThrow(OverError);
  expect(claude.requests()).toEqual([]);
});

test('a reply that declined is not said again when the task is tried again', async () => {
  const { attempt, claude } = await attemptAgainst([{ expect: { user_text: 'tried again' }, calls: [finish('f')] }], () => {}, {
    before: () => ({
      transcript: [
        { kind: 'note', turn: 0, text: 'Goal: do it' },
        { kind: 'reply', turn: 1, content: [{ type: 'text', text: 'I will not' }], stopReason: 'refusal' },
        { kind: 'note', turn: 1, text: 'The owner wants it tried again.' },
      ],
    }),
  });
  await runTask(attempt.context);
  expect(claude.failures()).toEqual([]);
  expect(JSON.stringify(claude.requests())).not.toContain('I will not');
});
