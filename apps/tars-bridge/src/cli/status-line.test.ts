import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createStatusLine, type Part } from './status-line.js';
import { fitted, widthOf } from './width.js';

const PARTS: Part[] = [
  { text: '⠋ #a7f3', style: 'bold' },
  { text: 'testing', style: 'cyan' },
  { text: '50%', style: 'green', goes: 2 },
  { text: '3:12 of 15:00', style: null, goes: 1 },
  { text: '$0.12', style: null, goes: 3 },
];

/** What is drawn on a terminal of this width. */
function drawn(columns: number, { isTTY = true, env = {} }: { isTTY?: boolean; env?: Record<string, string> } = {}): string {
  let written = '';
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    written += String(chunk);
    done();
  };
  createStatusLine({ stdout: Object.assign(new Writable({ write }), { isTTY, columns }), env }).show(PARTS);
  return written.replace('\r\u001b[K', '').replace('\r', '');
}

test('the line is never wider than its terminal: what matters least goes first, and the rest is cut', () => {
  const at = (columns: number) => drawn(columns, { env: { NO_COLOR: '1' } });
  expect(at(80)).toBe('⠋ #a7f3 · testing · 50% · 3:12 of 15:00 · $0.12');
  expect(at(47)).toBe('⠋ #a7f3 · testing · 50% · 3:12 of 15:00');
  expect(at(36)).toBe('⠋ #a7f3 · testing · 3:12 of 15:00');
  expect(at(20)).toBe('⠋ #a7f3 · testing');
  expect(at(10)).toBe('⠋ #a7f3 ·');
});

test('colours only where they are wanted, and nothing at all where there is no terminal', () => {
  expect(drawn(80)).toContain('\u001b[36mtesting\u001b[39m');
  expect(drawn(80, { env: { NO_COLOR: '1' } })).not.toContain('\u001b[');
  expect(drawn(80, { isTTY: false })).toBe('');
  expect(drawn(80, { env: { TERM: 'dumb' } })).toBe('');
});

test('wide signs count twice, and none is cut in half', () => {
  expect([widthOf('abc'), widthOf('🎉 ok'), widthOf('日本'), widthOf('e\u0301')]).toEqual([3, 5, 4, 1]);
  expect(fitted('日本語', 5)).toBe('日本');
});
