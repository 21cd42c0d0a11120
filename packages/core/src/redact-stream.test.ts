// However a text is cut, its secrets are not seen.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText } from './plain-text.js';
import { createRedactor, type Redact } from './redact.js';
import { createRedactStream } from './redact-stream.js';

const SECRETS = ['planted-secret-77'];
const PEM = `-----BEGIN PRIVATE KEY-----\n${'MC4CAQAwBQYDK2VwBCIEIO'.repeat(4)}\n-----END PRIVATE KEY-----`;
const TEXT = `start planted-secret-77 mid\nkey sk-ant-api03-AbC_dEf-123456\n${PEM}\nnow two words here, aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDEN'.repeat(2)} end`;

const streamed = (pieces: readonly string[], redact: Redact, secrets: readonly string[]): string => {
  const stream = createRedactStream(redact, secrets);
  return pieces.map((piece) => stream.push(piece)).join('') + stream.end();
};

test.each([[SECRETS], [[...SECRETS, 'two words here']]])('a text that comes in pieces is redacted as it is in one (%j)', (secrets) => {
  const redact = createRedactor(secrets);
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 40 }), (places) => {
      const at = [0, ...places.sort((a, b) => a - b), TEXT.length];
      expect(
        streamed(
          at.slice(1).map((end, index) => TEXT.slice(at[index], end)),
          redact,
          secrets,
        ),
      ).toBe(redact(TEXT));
    }),
    { numRuns: 300 },
  );
  expect(streamed([...TEXT], redact, secrets)).toBe(redact(TEXT));
});

test('what is surely no secret does not wait for the end of its line', () => {
  const stream = createRedactStream(createRedactor(SECRETS), SECRETS);
  expect(stream.push('compiling 3 of 9 ')).toBe('compiling 3 of ');
  expect(stream.push('files\nnext')).toBe('9 files\n');
  expect(stream.end()).toBe('next');
});

test('a line without an end is not held for ever', () => {
  const stream = createRedactStream(createRedactor(SECRETS), SECRETS);
  expect(stream.push('x'.repeat(100_000)).length).toBeGreaterThan(50_000);
});

test.each([
  ['base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ['base64 with something before', (secret: string) => Buffer.from(`a${secret}`).toString('base64')],
  ['base64 with more before', (secret: string) => Buffer.from(`ab${secret}z`).toString('base64')],
  ['base64url', (secret: string) => Buffer.from(secret).toString('base64url')],
  ['hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
  ['HEXADECIMAL', (secret: string) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['percent', (secret: string) => encodeURIComponent(secret)],
])('a planted secret is known when it is encoded: %s', (_, encode) => {
  const secret = 'p?a>n~ted/se cret+é';
  const inner = encode(secret).slice(3, -3);
  expect(createRedactor([secret])(`x ${encode(secret)} y`)).not.toContain(inner);
});

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['a\u001b]52;c;c2VjcmV0\u0007b\u001b[2Jc\u009b1Ad', 'abcd'],
  ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
  ['ab\u202Ecd\u2066ef\u200Bgh\uFEFFij\u{E0041}', 'abcdefghij'],
  ['tab\tstays\n', 'tab\tstays\n'],
  ['👩‍💻 ❤️ नमस्ते क्‍ष می‌خواهم', '👩‍💻 ❤️ नमस्ते क्‍ष می‌خواهم'],
])('%j is shown as %j', (text, plain) => {
  expect(plainText(text)).toBe(plain);
});
