// When what must go: decided by the transcript alone.
import { expect, test } from '@jest/globals';
import { shortTranscript, type TranscriptRecord } from '@tars/core';
import { toMessages } from './messages.js';
import { needAfterRefusal, needOf } from './room.js';

const WINDOW = 200_000;
const goal: TranscriptRecord = { kind: 'note', turn: 0, text: 'Goal: build it' };
/** A reply with a thought and a call, and its result of about so many tokens. */
const exchange = (id: string, resultTokens: number, tokens?: number): TranscriptRecord[] => [
  {
    kind: 'reply',
    turn: 1,
    content: [
      { type: 'thinking', thinking: `about ${id}`, signature: 's' },
      { type: 'tool_use', id, name: 'bash', input: {} },
    ],
    stopReason: 'tool_use',
    ...(tokens === undefined ? {} : { tokens }),
  },
  { kind: 'result', turn: 1, callId: id, text: `exit code 0\n${'x'.repeat(resultTokens * 3)}`, isError: false },
];
const exchanges = (count: number, tokens: number): TranscriptRecord[] =>
  Array.from({ length: count }, (_, n) => exchange(`c${n}`, tokens)).flat();

test('below three fifths of the window nothing goes', () => {
  expect(needOf([goal, ...exchanges(11, 10_000)], WINDOW)).toEqual({ kind: 'none' });
});

test('from there on old results go, at least 30,000 tokens at once, and the newest four stay', () => {
  const records = [goal, ...exchanges(12, 10_000)];
  expect(needOf(records, WINDOW)).toEqual({ kind: 'clear', upTo: 1 + 2 * 8 });
  // A window full of words that cannot be cleared is not touched for a little.
  const words: TranscriptRecord = {
    kind: 'reply',
    turn: 1,
    content: [{ type: 'text', text: 'x'.repeat(330_000) }],
    stopReason: 'end_turn',
  };
  expect(needOf([goal, words, ...exchanges(6, 5_000)], WINDOW)).toEqual({ kind: 'none' });
});

test('what the service counted counts for more than what we measure', () => {
  const records = [goal, ...exchanges(11, 5_000), ...exchange('last', 10, 150_000)];
  expect(needOf(records, WINDOW)).toMatchObject({ kind: 'clear' });
  expect(needOf([goal, ...exchanges(12, 10_000), ...exchange('last', 10, 50_000)], WINDOW)).toEqual({ kind: 'none' });
});

test('no step is made twice: what remains after it is asked with, and given up if even that is too much', () => {
  const cleared: TranscriptRecord[] = [goal, ...exchanges(20, 10_000), { kind: 'cleared', turn: 1, upTo: 1 + 2 * 16 }];
  expect(needOf(cleared, WINDOW)).toEqual({ kind: 'none' });
  expect(needAfterRefusal(cleared, WINDOW)).toMatchObject({ kind: 'sum up' });
  const summed: TranscriptRecord[] = [goal, ...exchanges(20, 10_000), { kind: 'summary', turn: 1, upTo: 1 + 2 * 19, text: 'so far' }];
  expect(needOf(summed, WINDOW)).toEqual({ kind: 'none' });
  expect(needAfterRefusal(summed, WINDOW)).toEqual({ kind: 'none' });
  // Unless the window turns out to be smaller than it was believed to be.
  expect(needOf(summed, 12_000)).toEqual({ kind: 'sum up', upTo: 1 + 2 * 20 });
  expect(needOf([goal], 10)).toEqual({ kind: 'none' });
});

test('near the end of the window, when clearing does not help, all is summed up but for the last exchange', () => {
  const reply = (n: number): TranscriptRecord[] => [
    { kind: 'reply', turn: n, content: [{ type: 'text', text: 'x'.repeat(60_000) }], stopReason: 'end_turn' },
    { kind: 'note', turn: n, text: 'Go on.' },
  ];
  const records = [goal, ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap(reply), ...exchange('last', 1_000)];
  expect(needOf(records, WINDOW)).toEqual({ kind: 'sum up', upTo: records.length - 2 });
  // One that is too large itself goes as well; what was said after it stays.
  const large = [
    ...records.slice(0, -1),
    ...exchange('large', 70_000).slice(1),
    { kind: 'note', turn: 9, text: 'Time is short.' } as const,
  ];
  expect(needOf(large, WINDOW)).toEqual({ kind: 'sum up', upTo: large.length - 1 });
});

test('a task that the record can hardly hold is summed up, and one that it cannot hold at all is full', () => {
  const records = [goal, ...exchanges(300, 4_000)];
  expect(needOf(records, 1_000_000_000)).toMatchObject({ kind: 'sum up' });
  const endless = [goal, ...Array.from({ length: 9_000 }, (_, n) => exchange(`${n}${'y'.repeat(300)}`, 10)).flat()];
  expect(needOf(endless, 1_000_000_000)).toEqual({ kind: 'full' });
});

test('cleared results, a summary, and thoughts that were bound to what went: the messages that remain', () => {
  const records: TranscriptRecord[] = [
    goal,
    ...exchange('a', 1_000),
    ...exchange('b', 1_000),
    { kind: 'cleared', turn: 2, upTo: 3 },
    ...exchange('c', 1_000),
  ];
  const messages = JSON.stringify(toMessages(records));
  expect(messages).toContain('exit code 0\\n[The rest was cleared');
  expect(messages).not.toContain('about a');
  expect(messages).not.toContain('about b');
  expect(messages).toContain('about c');
  expect(messages.split('xxx').length).toBeGreaterThan(1_500);

  const summed: TranscriptRecord[] = [...records, { kind: 'summary', turn: 3, upTo: 6, text: 'It came to this.' }, ...exchange('d', 10)];
  const [opening, kept, ...rest] = toMessages(summed);
  expect(opening).toEqual({
    role: 'user',
    content: [
      { type: 'text', text: 'Goal: build it' },
      { type: 'text', text: 'It came to this.' },
    ],
  });
  expect(kept).toEqual({ role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'bash', input: {} }] });
  expect(rest).toHaveLength(3);
});

test('what the record keeps in short makes the same messages', () => {
  const records: TranscriptRecord[] = [
    goal,
    ...exchanges(3, 1_000),
    { kind: 'cleared', turn: 1, upTo: 5 },
    ...exchange('d', 1_000),
    { kind: 'summary', turn: 4, upTo: 8, text: 'It came to this.' },
    ...exchange('e', 1_000),
  ];
  for (const until of [records.length, 8]) {
    const whole = records.slice(0, until);
    const short = shortTranscript(whole);
    expect(short.size).toBeGreaterThan(0);
    expect(toMessages(whole.map((record, index) => short.get(index) ?? record))).toEqual(toMessages(whole));
  }
});
