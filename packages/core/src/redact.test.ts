import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor } from './redact.js';
import { redactValue } from './redact-value.js';

const PEM = `-----BEGIN PRIVATE KEY-----\n${'MC4CAQAwBQYDK2VwBCIEIO'.repeat(4)}\n-----END PRIVATE KEY-----`;
const GITHUB = `ghp_${'a1B2'.repeat(9)}`;

const byShape: readonly [string, string, string][] = [
  ['Anthropic key', 'key sk-ant-api03-AbC_dEf-123456 used', 'key [redacted] used'],
  ['bearer token', 'sent Bearer abc.def-123_456== here', 'sent Bearer [redacted] here'],
  ['Authorization header', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
  ['Authorization in JSON', '{"authorization":"Bearer abcdefgh1234"}', '{"authorization":"Bearer [redacted]"}'],
  ['password in a URL', 'redis://tars:p@ss-word@host:6379/0', 'redis://tars:[redacted]@host:6379/0'],
  ['password without a user', 'rediss://:hunter22@host', 'rediss://:[redacted]@host'],
  ['n8n webhook', 'POST https://n8n.example.com/webhook/3f2a-b7c1 failed', 'POST https://n8n.example.com/webhook/[redacted] failed'],
  ['n8n test webhook', 'https://n8n.example.com/base/webhook-test/abc', 'https://n8n.example.com/base/webhook-test/[redacted]'],
  ['Discord webhook', 'https://discord.com/api/webhooks/1234567890/Ab-Cd_Ef now', 'https://discord.com/api/webhooks/[redacted] now'],
  ['private key', `before\n${PEM}\nafter`, 'before\n[redacted]\nafter'],
  ['private key in JSON', `"${PEM.replaceAll('\n', '\\n')}"`, '"[redacted]"'],
  ['AWS key id', 'id AKIAIOSFODNN7EXAMPLE.', 'id [redacted].'],
  ['AWS secret key', `aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDEN'.repeat(2)}`, 'aws_secret_access_key = [redacted]'],
  ['GitHub token', `git clone https://x:${GITHUB}@github.com/a/b`, 'git clone https://x:[redacted]@github.com/a/b'],
  ['GitHub token alone', `token ${GITHUB}!`, 'token [redacted]!'],
  [
    'otpauth URI',
    'otpauth://totp/TARS:me?issuer=TARS&secret=JBSWY3DPEHPK3PXP&digits=6',
    'otpauth://totp/TARS:me?issuer=TARS&secret=[redacted]&digits=6',
  ],
  ['TOTP setting', 'TOTP_SECRET=JBSWY3DPEHPK3PXP', 'TOTP_SECRET=[redacted]'],
];
test.each(byShape)('a secret nobody planted is known by its shape: %s', (_, text, clean) => {
  expect(createRedactor([])(text)).toBe(clean);
});

test('ordinary text stays as it is', () => {
  const redact = createRedactor(['6283']);
  for (const text of [
    'POST http://127.0.0.1:5002/webhook/background-confirmation 200',
    'see https://example.com/docs/webhook.html and http://localhost:5002/',
    'use bearer authentication; the token is in the header',
    'task #a7f3: 62835 of 16283 lines, 628 3rd, sixty-two of eighty-three',
    'const authorization = read(header);',
  ]) {
    expect(redact(text)).toBe(text);
  }
});

test('a planted secret is taken out wherever it stands, also in JSON and in URLs', () => {
  const redact = createRedactor(['p"q/r s', 'longer-secret', 'longer-secret-still', 'abc']);
  expect(redact('x=p"q/r s!')).toBe('x=[redacted]!');
  expect(redact(JSON.stringify({ x: 'p"q/r s' }))).toBe('{"x":"[redacted]"}');
  expect(redact('?x=p%22q%2Fr%20s')).toBe('?x=[redacted]');
  expect(redact('longer-secret-still')).toBe('[redacted]');
  expect(redact('abc is too short to be taken out')).toContain('abc');
});

test.each([
  '6283',
  '6 2 8 3',
  '6-2-8-3',
  '62 83',
  'six two eight three',
  'Six, two, eight, three',
  'sixty-two eighty-three',
  'SIXTY TWO 83',
])('the code is taken out when it is said as "%s"', (said) => {
  expect(createRedactor(['6283'])(`my code is ${said}, go on`)).toBe('my code is [redacted], go on');
});

test('a secret that is part of the marker does not tear markers apart', () => {
  const redact = createRedactor(['redacted', 'edac']);
  expect(redact(redact('edac sk-ant-abcdefgh redacted'))).toBe('[redacted] [redacted] [redacted]');
});

test('a code beside other numbers is still found', () => {
  const redact = createRedactor(['6283', '00123456']);
  expect(redact('try 12 6283 99')).toBe('try 12 [redacted] 99');
  expect(redact('double oh one two three four five six')).toBe('[redacted]');
});

const secretText = fc.string({ minLength: 4, maxLength: 20 }).filter((text) => !/[[\]]/.test(text));
const code = fc.stringMatching(/^\d{4,12}$/);
const surroundings = fc.oneof(
  fc.string(),
  fc.constantFrom(...byShape.map(([, text]) => text), 'Authorization: ', 'Bearer ', 'https://u:', '[redacted]', 'six two '),
);

test('no planted secret survives, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(secretText, code), { maxLength: 4 }), fc.array(surroundings, { maxLength: 6 }), (secrets, parts) => {
      const redact = createRedactor(secrets);
      const once = redact(parts.flatMap((part, index) => [part, secrets[index % Math.max(1, secrets.length)] ?? '']).join(' '));
      expect(redact(once)).toBe(once);
      for (const secret of secrets) {
        const left = once.replaceAll('[redacted]', '');
        if (/^\d+$/.test(secret)) expect(left.match(/\d+/g) ?? []).not.toContain(secret);
        else expect(once.split('[redacted]').some((piece) => piece.includes(secret))).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test('hostile input takes linear time', () => {
  const redact = createRedactor(['6283', 'planted-secret']);
  const hostile = [
    'a',
    'http://',
    'http://a:',
    'https://a/webhook',
    '-----BEGIN PRIVATE KEY-----',
    'authorization: ',
    'bearer a',
    'otpauth://a?b&',
    'six two eight ',
    '6 2 8 ',
    'planted-secre',
  ].map((piece) => piece.repeat(Math.ceil(400_000 / piece.length)));
  hostile.push(`-----BEGIN PRIVATE KEY-----${'A'.repeat(2_000_000)}`, `Authorization: ${'x'.repeat(2_000_000)}`);
  for (const text of hostile) {
    const begun = performance.now();
    redact(text);
    expect({ text: text.slice(0, 20), slow: performance.now() - begun > 3_000 }).toEqual({ text: text.slice(0, 20), slow: false });
  }
});

test('values are redacted by content and by the name of their field, whatever their shape', () => {
  const redact = createRedactor(['6283', 'planted-secret']);
  const cyclic: Record<string, unknown> = { name: 'loop' };
  cyclic.self = cyclic;
  const value = {
    goal: 'use planted-secret',
    code: 6283,
    count: 6284,
    webhookToken: 'whatever',
    headers: new Map([['Authorization', 'x']]),
    password: null,
    input_tokens: 12,
    when: new Date(0),
    bytes: Buffer.from('planted-secret'),
    deep: [[['planted-secret']]],
    cyclic,
    get broken(): string {
      throw new Error('getter');
    },
  };
  expect(redactValue({ ...Object.getOwnPropertyDescriptors({}), inner: value }, redact)).toEqual({ inner: '[unreadable]' });
  const { broken: _, ...readable } = Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(value)).map(([key, descriptor]) => [key, descriptor.value]),
  );
  expect(redactValue(readable, redact)).toEqual({
    goal: 'use [redacted]',
    code: '[redacted]',
    count: 6284,
    webhookToken: '[redacted]',
    headers: { Authorization: '[redacted]' },
    password: null,
    input_tokens: 12,
    when: '1970-01-01T00:00:00.000Z',
    bytes: '[14 bytes]',
    deep: [[['[redacted]']]],
    cyclic: { name: 'loop', self: '[circular]' },
  });
});

test('an error becomes its type, message and stack, each redacted', () => {
  const error = Object.assign(new TypeError('failed with planted-secret'), { code: 'E_X' });
  const told = redactValue({ err: error }, createRedactor(['planted-secret']));
  expect(told).toMatchObject({ err: { type: 'TypeError', message: 'failed with [redacted]', code: 'E_X' } });
  expect(JSON.stringify(told)).not.toContain('planted-secret');
});

test('nothing can make it throw', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }), (value) => {
      JSON.stringify(redactValue(value, createRedactor(['6283'])));
    }),
  );
});
