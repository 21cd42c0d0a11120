import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isSigned } from './signature.js';

const NOW = 1_700_000_000_000;
const SECRET = 'a secret of some length';
const BODY = Buffer.from('{"confirmation_code":"4711"}');

const sign = (
  body: Buffer,
  { secret = Buffer.from(SECRET), id = 'msg_1', at = NOW / 1_000 }: { secret?: Buffer; id?: string; at?: number | string } = {},
) =>
  new Headers({
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${createHmac('sha256', secret).update(`${id}.${at}.`).update(body).digest('base64')}`,
  });

test('a fresh signature over the very bytes is accepted', () => {
  expect(isSigned(sign(BODY), BODY, [SECRET], NOW)).toBe(true);
});

test('a whsec_ secret is base64', () => {
  const key = Buffer.from('0123456789abcdef0123456789abcdef');
  expect(isSigned(sign(BODY, { secret: key }), BODY, [`whsec_${key.toString('base64')}`], NOW)).toBe(true);
});

test('one right signature among several is enough, as while keys are rotated', () => {
  const headers = sign(BODY);
  headers.set('webhook-signature', `v1,AAAA v2,BBBB ${headers.get('webhook-signature')}`);
  expect(isSigned(headers, BODY, [SECRET], NOW)).toBe(true);
});

test('the known vector of the Standard Webhooks libraries verifies', () => {
  const headers = new Headers({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  expect(isSigned(headers, Buffer.from('{"test": 2432232314}'), [secret], 1_614_265_330_000)).toBe(true);
});

test.each([
  ['other bytes', sign(Buffer.from('{ "confirmation_code":"4711"}')), BODY],
  ['another key', sign(BODY, { secret: Buffer.from('another') }), BODY],
  ['301 seconds ago', sign(BODY, { at: NOW / 1_000 - 301 }), BODY],
  ['301 seconds ahead', sign(BODY, { at: NOW / 1_000 + 301 }), BODY],
  ['a time that is no number', sign(BODY, { at: '0x10' }), BODY],
  ['a negative time', sign(BODY, { at: -5 }), BODY],
  ['no id', sign(BODY, { id: '' }), BODY],
  ['no headers', new Headers(), BODY],
])('%s: refused', (_, headers, body) => {
  expect(isSigned(headers, body, [SECRET], NOW)).toBe(false);
});

test('a signature without its version is refused', () => {
  const headers = sign(BODY);
  headers.set('webhook-signature', (headers.get('webhook-signature') ?? '').slice(3));
  expect(isSigned(headers, BODY, [SECRET], NOW)).toBe(false);
});

test('while a secret is replaced, the old and the new one both count', () => {
  expect(isSigned(sign(BODY), BODY, ['the new secret', SECRET], NOW)).toBe(true);
  expect(isSigned(sign(BODY), BODY, ['the new secret'], NOW)).toBe(false);
});
