import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createDoor, type DoorSettings } from './door.js';

const NOW = 1_700_000_000_000;
const BODY = Buffer.from('{"confirmation_code":"4711"}');
const door = (more: Partial<DoorSettings>) =>
  createDoor({ tokens: [], secrets: [], setting: 'WEBHOOK_TOKEN', bearer: 'WEBHOOK_TOKEN', ...more });

/** From this machine, directly: where a key is set that alone must not do. */
const visit = (given: ReturnType<typeof door>, headers: Record<string, string> = {}) => {
  const request = new Request('http://127.0.0.1:5002/', { headers });
  const byHeaders = given.admit({ request, incoming: undefined });
  return byHeaders === 'unsigned' ? given.admitSigned(request.headers, BODY, NOW) : byHeaders;
};

const signed = (secret: string) => ({
  'webhook-id': 'm1',
  'webhook-timestamp': String(NOW / 1_000),
  'webhook-signature': `v1,${createHmac('sha256', secret)
    .update(`m1.${NOW / 1_000}.`)
    .update(BODY)
    .digest('base64')}`,
});

test('with nothing set this machine comes in', () => {
  expect(visit(door({}))).toMatchObject({ ok: true, as: 'this machine' });
});

test('with a secret set only a signature opens the door', () => {
  const locked = door({ secrets: ['the secret'] });
  expect(visit(locked)).toMatchObject({ status: 401, message: expect.stringContaining('WEBHOOK_SECRET') });
  expect(visit(locked, signed('another'))).toMatchObject({ status: 401 });
  expect(visit(locked, signed('the secret'))).toMatchObject({ ok: true, as: 'WEBHOOK_SECRET' });
});

test('with both set either opens the door', () => {
  const locked = door({ tokens: ['the-token'], secrets: ['the secret'] });
  expect(visit(locked, signed('the secret'))).toMatchObject({ ok: true, as: 'WEBHOOK_SECRET' });
  expect(visit(locked, { authorization: 'bearer  the-token ' })).toMatchObject({ ok: true, as: 'WEBHOOK_TOKEN' });
  expect(visit(locked, { authorization: 'Basic the-token' })).toMatchObject({ status: 401 });
  expect(visit(locked)).toMatchObject({ status: 401 });
});

test('while a token is replaced, the old and the new one both open the door', () => {
  const locked = door({ tokens: ['the-old-token', 'the-new-token'] });
  for (const token of ['the-old-token', 'the-new-token']) {
    expect(visit(locked, { authorization: `Bearer ${token}` })).toMatchObject({ ok: true });
  }
  expect(visit(locked, { authorization: 'Bearer the-old-token the-new-token' })).toMatchObject({ status: 401 });
});
