import { expect, test } from '@jest/globals';
import type { TranscriptRecord } from '@tars/core';
import { openCalls, toMessages } from './messages.js';

const call = (id: string, name = 'read_file') => ({ type: 'tool_use', id, name, input: { path: 'a' } });
const reply = (...content: { type: string; [field: string]: unknown }[]): TranscriptRecord => ({
  kind: 'reply',
  turn: 1,
  content,
  stopReason: 'tool_use',
});
const note = (text: string): TranscriptRecord => ({ kind: 'note', turn: 0, text });
const result = (callId: string, text: string): TranscriptRecord => ({ kind: 'result', turn: 1, callId, text, isError: false });
const intent = (callId: string): TranscriptRecord => ({ kind: 'intent', turn: 1, callId, tool: 'bash', effect: 'command' });

test('results of one reply and the notes after them make one user message, results first', () => {
  const messages = toMessages([
    note('the goal'),
    reply(call('a'), call('b')),
    result('a', 'one'),
    note('time is short'),
    result('b', 'two'),
  ]);
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(messages[2]?.content).toEqual([
    { type: 'tool_result', tool_use_id: 'a', content: 'one' },
    { type: 'tool_result', tool_use_id: 'b', content: 'two' },
    { type: 'text', text: 'time is short' },
  ]);
});

test("a reply's blocks go back as they came, unknown ones included", () => {
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'abc', later_field: 1 };
  expect(toMessages([note('g'), reply(thinking, call('a'))])[1]?.content).toEqual([thinking, call('a')]);
});

test('an empty reply leaves no message, and what follows it joins the note before', () => {
  const messages = toMessages([note('the goal'), reply(), note('not done')]);
  expect(messages).toEqual([
    {
      role: 'user',
      content: [
        { type: 'text', text: 'the goal' },
        { type: 'text', text: 'not done' },
      ],
    },
  ]);
});

test('only calls without a result are open, each with the intent that was stored for it', () => {
  const open = openCalls([
    reply(call('old')),
    result('old', 'x'),
    reply(call('a'), call('b', 'bash'), call('c')),
    result('a', 'one'),
    intent('b'),
  ]);
  expect(open.map((entry) => [entry.call.id, entry.intent?.callId ?? null])).toEqual([
    ['b', 'b'],
    ['c', null],
  ]);
});
