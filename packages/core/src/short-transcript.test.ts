import { expect, test } from '@jest/globals';
import { clearedText, shortTranscript } from './short-transcript.js';
import type { TranscriptRecord } from './transcript.js';

const LONG = `exit code 0 after 1.2 s\n${'x'.repeat(5_000)}`;
const result = (callId: string, text = LONG): TranscriptRecord => ({ kind: 'result', turn: 1, callId, text, isError: false });
const reply = (content: string): TranscriptRecord => ({
  kind: 'reply',
  turn: 1,
  content: [{ type: 'tool_use', id: 'a', name: 'write_file', input: { path: 'a.txt', content } }],
  stopReason: 'tool_use',
});
const goal: TranscriptRecord = { kind: 'note', turn: 0, text: 'Goal: '.repeat(500) };

test('of a cleared text its first line stays, and clearing it again changes nothing', () => {
  expect(clearedText(LONG)).toMatch(/^exit code 0 after 1.2 s\n\[The rest was cleared/);
  expect(clearedText(clearedText(LONG))).toBe(clearedText(LONG));
  expect(clearedText('short')).toBe('short');
});

test('results that were cleared are kept in short, and nothing else', () => {
  const records = [goal, reply(LONG), result('a'), { kind: 'cleared', turn: 1, upTo: 3 } as const, result('b')];
  expect([...shortTranscript(records)]).toEqual([[2, result('a', clearedText(LONG))]]);
});

test('what a summary stands for is kept in short, all but the goal; what came after it whole', () => {
  const summary: TranscriptRecord = { kind: 'summary', turn: 1, upTo: 3, text: 'done so far' };
  const records = [goal, reply(LONG), result('a'), summary, reply(LONG), result('b')];
  const short = shortTranscript(records);
  expect([...short.keys()]).toEqual([1, 2]);
  expect(JSON.stringify(short.get(1)).length).toBeLessThan(500);
  expect(short.get(1)).toMatchObject({ content: [{ id: 'a', name: 'write_file', input: { path: 'a.txt' } }] });
});

test('where nothing was cleared nothing is shortened', () => {
  expect(shortTranscript([goal, reply(LONG), result('a')]).size).toBe(0);
});
