// What becomes of a terminal's bytes, wherever they are cut.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTextCleaner } from './clean-text.js';
import { createSentinelReader } from './sentinel-reader.js';

function cleaned(pieces: readonly string[]): string {
  const cleaner = createTextCleaner();
  return pieces.map((piece) => cleaner.push(piece)).join('') + cleaner.end();
}

/** The text cut at each of the places. */
function cut(text: string, places: readonly number[]): string[] {
  const at = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}

test.each([
  ['plain\n', 'plain\n'],
  ['a\r\nb\r\n', 'a\nb\n'],
  ['1%\r2%\r3%\n', '3%\n'],
  ['kept\r', 'kept'],
  ['\u001b[1;31mred\u001b[0m\n', 'red\n'],
  ['\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\\n', 'link\n'],
  ['\u001b]52;c;c2VjcmV0\u0007after\n', 'after\n'],
  ['\u001bP1$r\u001b\\dcs\n', 'dcs\n'],
  ['\u001b[?25l\u001b[2Kspinner\u001b[?25h\n', 'spinner\n'],
  ['bell\u0007 and null\u0000\n', 'bell and null\n'],
  ['öäü € 🎉\n', 'öäü € 🎉\n'],
])('%j reads %j however it is cut', (raw, text) => {
  expect(cleaned([raw])).toBe(text);
  fc.assert(fc.property(fc.array(fc.nat(), { maxLength: 6 }), (places) => cleaned(cut(raw, places)) === text));
});

test('plain text passes through unchanged, however it is cut', () => {
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '\t', '\n', 'é', '[', ']', '0', ';', '\\') });
  fc.assert(fc.property(line, fc.array(fc.nat(), { maxLength: 8 }), (text, places) => cleaned(cut(text, places)) === text));
});

test('a line without an end does not wait for ever', () => {
  const cleaner = createTextCleaner();
  expect(cleaner.push('x'.repeat(100_000))).toHaveLength(100_000);
});

test('the mark is found wherever it is cut, and nothing before it is lost or held back at the end', () => {
  const nonce = '0123456789abcdef';
  const before = fc.string({ unit: fc.constantFrom('a', '\n', '\u001b', '_', '0', '1', ';', '\\') });
  fc.assert(
    fc.property(before, fc.nat(255), fc.array(fc.nat(), { maxLength: 8 }), (text, code, places) => {
      const reader = createSentinelReader(nonce);
      const results = cut(`${text}\u001b_${nonce};${code}\u001b\\`, places).map((piece) => reader.push(piece));
      expect(results.map(({ output }) => output).join('')).toBe(text);
      expect(results.map(({ exitCode }) => exitCode).filter((exit) => exit !== null)).toEqual([code]);
    }),
  );
});

test('the mark of another command is output like any other', () => {
  const reader = createSentinelReader('mine');
  const { output, exitCode } = reader.push('\u001b_other;0\u001b\\');
  expect({ text: output + reader.rest(), exitCode }).toEqual({ text: '\u001b_other;0\u001b\\', exitCode: null });
});
