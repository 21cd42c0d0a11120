// What may come back from the model, whole or half: each kind of ending has its answer, and what was said goes back as it came.
import { afterEach, expect, test } from '@jest/globals';
import { startFakeClaude, type TurnInput } from '@tars/testkit';
import { createModelClient } from '../model/client.js';
import { runTask } from './loop.js';
import { openAttempt } from './testing/attempt.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

type Body = { messages: { role: string; content: { [field: string]: unknown }[] }[] };

async function taskOf(...turns: TurnInput[]) {
  const claude = await startFakeClaude({ scenario: { turns } });
  const model = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
  const attempt = await openAttempt({ model, files: { 'a.txt': 'one\n' } });
  open.push(attempt, claude);
  await runTask(attempt.context);
  expect(claude.failures()).toEqual([]);
  const bodies = claude.requests().map(({ body }) => body as Body);
  return { attempt, task: attempt.record.task(), bodies, said: (request: number) => JSON.stringify(bodies[request]?.messages.at(-1)) };
}

const read = { name: 'read_file', input: { path: 'a.txt' }, id: 'toolu_read' };
const done: TurnInput = { calls: [{ name: 'finish', input: { summary: 'Read it' } }] };

test('thoughts with their signatures, and blocks of a type that nobody knows yet, go back byte for byte', async () => {
  const blocks = [
    { type: 'thinking', thinking: 'Let me look first; "quotes" and \u2028 ä', signature: 'c2lnbmVk' },
    { type: 'redacted_thinking', data: 'b3BhcXVl' },
    { later: { b: [1, null, { c: 'ü' }], a: true }, type: 'mystery', text: 'not words' },
  ];
  const { bodies } = await taskOf({ blocks, text: 'Looking.', calls: [read] }, done);
  const sent = bodies[1]?.messages[1]?.content ?? [];
  const known = [
    { type: 'text', text: 'Looking.', citations: null },
    { type: 'tool_use', id: 'toolu_read', name: 'read_file', input: { path: 'a.txt' }, caller: { type: 'direct' } },
  ];
  expect(JSON.stringify(sent.slice(0, 3))).toBe(JSON.stringify(blocks));
  expect(sent.slice(3)).toEqual(known);
});

test.each<[string, TurnInput['stop_reason'], string]>([
  ['by its length limit', 'max_tokens', 'cut off by its length limit'],
  ['for a pause', 'pause_turn', 'Go on.'],
])('words that were cut off %s are gone on with', async (_, stop_reason, told) => {
  const { task, said } = await taskOf({ text: 'Half a sen', ...(stop_reason === undefined ? {} : { stop_reason }) }, done);
  expect(said(1)).toContain(told);
  expect(task.state).toBe('finished');
});

test('a call that was cut off by the length limit is not carried out, whatever arrived of it, and asked for in smaller pieces', async () => {
  const write = { name: 'write_file', input: { path: 'b.txt', content: 'a long text that will not arrive whole' } };
  const { attempt, said } = await taskOf({ calls: [read, write], stop_reason: 'max_tokens' }, done);
  expect(said(1).match(/broke off before its end.*in smaller pieces/g)).not.toBeNull();
  expect(attempt.record.events().filter(({ type }) => type === 'edit.intended')).toEqual([]);
});

test.each<[string, TurnInput, string]>([
  ['its words', { text: 'I cannot help with that.' }, 'I cannot help with that.'],
  ["the service's", { stop_details: { type: 'refusal', category: 'cyber', explanation: 'It could be misused.' } }, 'It could be misused.'],
  ["the service's, in one word", { stop_details: { type: 'refusal', category: 'cyber', explanation: null } }, 'cyber'],
  ['none', {}, 'no reason given'],
])('a refusal ends the task, with %s', async (_, said, why) => {
  const { task } = await taskOf({ ...said, stop_reason: 'refusal' });
  expect(task.failure).toEqual({ reason: 'refused_by_model', message: `Claude declined to go on: ${why}` });
});

test.each<TurnInput['stop_reason']>(['end_turn', 'stop_sequence'])(
  'words without a call that end with %s are a claim of "done", and checked like one',
  async (stop_reason) => {
    const { task } = await taskOf({ text: 'All is done.', ...(stop_reason === undefined ? {} : { stop_reason }) });
    expect(task).toMatchObject({ state: 'finished', summary: 'All is done.', turns: 1 });
  },
);

test('an ending that nobody knows yet is no claim of "done": the model is told, and goes on', async () => {
  const { task, said } = await taskOf({ text: 'So far.', stop_reason: 'budget_spent' }, done);
  expect(said(1)).toContain('budget_spent');
  expect(task).toMatchObject({ state: 'finished', summary: 'Read it' });
});

test('a call that no tool understands is answered with what is wrong and a good call, and the task goes on', async () => {
  const { said, task } = await taskOf(
    {
      calls: [
        { name: 'read_file', input: { file: 'a.txt', limit: 'all' } },
        { name: 'open', input: {} },
      ],
    },
    done,
  );
  expect(said(1)).toMatch(/read_file cannot use this input\. .*path.*A good call: .*src\/index\.js/);
  expect(said(1)).toContain('There is no tool open. There are: bash, read_file');
  expect(task.state).toBe('finished');
});
