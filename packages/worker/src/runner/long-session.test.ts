// A session far longer than the model's window: it goes on, keeps what matters, and is sent the same bytes after any restart.
import { afterEach, expect, test } from '@jest/globals';
import { TRANSCRIPT_BYTES, type TranscriptRecord } from '@tars/core';
import { type ScenarioInput, startFakeClaude, type TurnInput } from '@tars/testkit';
import { createModelClient } from '../model/client.js';
import { toParams } from '../model/request.js';
import { runTask } from './loop.js';
import { toMessages } from './messages.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Small, so that a few turns fill it; what is promised is in shares of it. */
const WINDOW = 40_000;
const BIG = Array.from({ length: 150 }, (_, line) => `line ${line} of a file that is long enough to matter\n`).join('');
const FILES = { 'big.txt': BIG, 'package.json': '{"type":"module","scripts":{"test":"node --test"}}', 'a.js': 'export const one = 1;\n' };
const read = { text: 'I read on, and think about it. '.repeat(40), calls: [{ name: 'read_file', input: { path: 'big.txt' } }] };
const failing = { calls: [{ name: 'bash', input: { command: 'echo "not found: the missing thing" >&2; exit 3', reason: 'see' } }] };
const plan = { calls: [{ name: 'update_plan', input: { steps: [{ title: 'write the parser', status: 'active' }] } }] };
const edit = {
  calls: [{ name: 'edit_file', input: { path: 'a.js', edits: [{ old_text: 'one = 1', new_text: 'one = 2' }] } }],
};
const ASKED_TO_SUM_UP = { when: { user_text: 'about to be cut' }, text: 'The parser lives in big.txt.' };
const PUT_ASIDE = 'was put aside to make room';

type Sent = {
  messages: { role: string; content: { type: string; cache_control?: unknown; [field: string]: unknown }[] }[];
  system: unknown;
};

/** It reads the same file on and on, and nobody is to mind. */
const LIMITS = { turns: 1_000, costMicros: 1e12, deadEnds: { nudgeAfter: 10_000, askAfter: 10_000 } };

async function session(scenario: ScenarioInput, more: Parameters<typeof openAttempt>[0] = {}) {
  const claude = await startFakeClaude({ scenario });
  const model = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
  const attempt = await openAttempt({ files: FILES, model, contextTokens: WINDOW, limits: LIMITS, ...more });
  open.push(attempt, claude);
  await runTask(attempt.context);
  const bodies = claude.requests().map(({ body }) => body as Sent);
  return { claude, attempt, bodies, transcript: attempt.record.transcript() };
}

/** The request that each reply answered, built again from what was stored before it. */
function requestsAgain(transcript: readonly TranscriptRecord[]): string[] {
  const stored: TranscriptRecord[] = JSON.parse(JSON.stringify(transcript));
  return stored.flatMap((record, index) => (record.kind === 'reply' ? [JSON.stringify(marked(stored.slice(0, index)))] : []));
}
const marked = (records: readonly TranscriptRecord[]) =>
  toParams({ model: 'm', system: '', tools: [], messages: toMessages(records) }).messages;

/** Requests whose cache marks are not as they must be: system for an hour, the newest and the last but one user message for five minutes. */
function wrongMarks(bodies: readonly Sent[]): unknown[] {
  return bodies.flatMap(({ system, messages }, request) => {
    const users = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
    const found = messages.flatMap(({ content }, message) =>
      content.flatMap((block, at) =>
        block.cache_control === undefined ? [] : [{ message, isLast: at === content.length - 1, mark: block.cache_control }],
      ),
    );
    const wanted = users.slice(-2).map((message) => ({ message, isLast: true, mark: { type: 'ephemeral' } }));
    const head = JSON.stringify(system).includes('"cache_control":{"type":"ephemeral","ttl":"1h"}');
    return head && JSON.stringify(found) === JSON.stringify(wanted) ? [] : [{ request, found }];
  });
}

const kinds = ({ record }: Attempt) => record.transcript().flatMap(({ kind }) => (kind === 'cleared' || kind === 'summary' ? [kind] : []));

test('two hundred turns with big outputs go on to the end, within the window and within what is kept of a task', async () => {
  const { claude, attempt, bodies, transcript } = await session(
    {
      conversations: [
        {
          name: 'begun',
          match: `^(?!.*${PUT_ASIDE})`,
          turns: [plan, edit, failing, { ...read, repeat: 500, branches: [ASKED_TO_SUM_UP] }],
        },
        {
          name: 'went on',
          turns: [{ ...read, repeat: 500, branches: [ASKED_TO_SUM_UP] }],
        },
      ],
    },
    { limits: { ...LIMITS, turns: 200 } },
  );
  expect(claude.failures()).toEqual([]);
  const task = attempt.record.task();
  expect(task).toMatchObject({ turns: 200, failure: { reason: 'max_turns' } });
  // The scripted service counts four bytes to a token.
  for (const body of bodies) expect(Buffer.byteLength(JSON.stringify(body)) / 4).toBeLessThan(WINDOW);
  expect(kinds(attempt)).toContain('cleared');
  expect(kinds(attempt)).toContain('summary');
  // In big steps: not more often than the window allows.
  expect(kinds(attempt).length).toBeLessThan(60);
  expect(Buffer.byteLength(JSON.stringify(transcript))).toBeLessThan(TRANSCRIPT_BYTES);

  // Goal, plan, files and the last failure are in every summary, and in every request after it.
  const [first] = bodies.slice(-1);
  const opening = JSON.stringify(first?.messages[0]);
  for (const kept of [
    'Goal: do it',
    'write the parser: active',
    'Files changed so far:\\na.js',
    'not found: the missing thing',
    'The parser lives in big.txt.',
  ])
    expect(opening).toContain(kept);
  expect(wrongMarks(bodies)).toEqual([]);
  // What was decided is stored: a later attempt sends the same.
  const asked = bodies.filter(({ messages }) => !JSON.stringify(messages.at(-1)).includes('about to be cut'));
  expect(requestsAgain(transcript)).toEqual(asked.map(({ messages }) => JSON.stringify(messages)));
}, 60_000);

const small = { calls: [{ name: 'read_file', input: { path: 'a.js' } }] };
const done = { calls: [{ name: 'finish', input: { summary: 'Read it' } }] };
const tooMuch = { text: 'Half a thought', stop_reason: 'model_context_window_exceeded' } as const;
const status = (code: number): TurnInput => ({ ...small, fault: { kind: 'status', status: code, times: 'always' } });
/** Two replies, then trouble; and what comes once the conversation was put aside, with its last reply in place. */
const troubled = (trouble: TurnInput, then: TurnInput, usage = {}): ScenarioInput => ({
  conversations: [
    { name: 'begun', match: `^(?!.*${PUT_ASIDE})`, turns: [small, { ...small, ...usage }, trouble] },
    { name: 'went on', turns: [small, then] },
  ],
});

test.each<[string, TurnInput]>([
  ['a reply that was stopped by the end of the window', tooMuch],
  ['a request that is too large for the service', status(413)],
])('after %s room is made, and it is asked again', async (_, trouble) => {
  const { attempt } = await session(troubled(trouble, done));
  expect(attempt.record.task()).toMatchObject({ state: 'finished', failure: null });
  expect(kinds(attempt)).toEqual(['summary']);
});

test('what was refused although it was small is given up as what it is; what was large may have been too large', async () => {
  const usage = { usage: { input_tokens: WINDOW * 0.7 } };
  const large = await session(troubled(status(400), done, usage));
  expect(large.attempt.record.task()).toMatchObject({ state: 'finished' });
  await expect(session(troubled(status(400), done))).rejects.toMatchObject({ reason: 'model_rejected' });
  await expect(session(troubled(status(400), status(400), usage))).rejects.toMatchObject({ reason: 'model_rejected' });
});

test('a conversation that stays too large ends the task in plain words', async () => {
  const { attempt } = await session(troubled(tooMuch, tooMuch));
  const { failure, turns } = attempt.record.task();
  expect(failure).toEqual({
    reason: 'context_too_large',
    message: 'The conversation has grown beyond what the model can take in.',
  });
  // Both were replies, and cost.
  expect(turns).toBe(4);
});
