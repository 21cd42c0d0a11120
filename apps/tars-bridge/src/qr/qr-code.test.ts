// Read back by a decoder that shares nothing with the encoder.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readTerminal } from '../testing/read-terminal.js';
import { drawCode } from './draw-code.js';
import { qrCode, TextTooLongError } from './qr-code.js';

test.each([
  ['the address of an app', 'otpauth://totp/TARS:desk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=TARS'],
  ['one letter', 'a'],
  ['accents', 'Müller & Söhne'],
  ['as much as fits', 'x'.repeat(106)],
])('%s is read back from the terminal', (_, text) => {
  expect(readTerminal(drawCode(qrCode(text)))).toBe(text);
});

test('any text that fits is read back, in every version', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x20-\x7e]{1,106}$/), (text) => readTerminal(drawCode(qrCode(text))) === text),
    { numRuns: 15 },
  );
});

test('what does not fit is refused', () => {
  expect(() => qrCode('x'.repeat(107))).toThrow(TextTooLongError);
});
