import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { type Door, refuseAt } from './door.js';

const NOW = 1_700_000_000_000;
const BODY = Buffer.from('{"confirmation_code":"4711"}');
const door = (more: Partial<Door>): Door => ({ token: null, secret: null, setting: 'WEBHOOK_TOKEN', ...more });

/** From this machine, directly: where a key is set that alone must not do. */
const visit = (headers: Record<string, string> = {}) => ({
  request: new Request('http://127.0.0.1:5002/', { headers }),
  incoming: undefined,
  body: BODY,
});

const signed = (secret: string) => ({
  'webhook-id': 'm1',
  'webhook-timestamp': String(NOW / 1_000),
  'webhook-signature': `v1,${createHmac('sha256', secret)
    .update(`m1.${NOW / 1_000}.`)
    .update(BODY)
    .digest('base64')}`,
});

test('with nothing set this machine comes in', () => {
  expect(refuseAt(door({}), visit(), NOW)).toBeNull();
});

test('with a secret set only a signature opens the door', () => {
  const locked = door({ secret: 'the secret' });
  expect(refuseAt(locked, visit(), NOW)).toMatchObject({ status: 401, message: expect.stringContaining('WEBHOOK_SECRET') });
  expect(refuseAt(locked, visit(signed('another')), NOW)).toMatchObject({ status: 401 });
  expect(refuseAt(locked, visit(signed('the secret')), NOW)).toBeNull();
});

test('with both set either opens the door', () => {
  const locked = door({ token: 'the-token', secret: 'the secret' });
  expect(refuseAt(locked, visit(signed('the secret')), NOW)).toBeNull();
  expect(refuseAt(locked, visit({ authorization: 'bearer  the-token ' }), NOW)).toBeNull();
  expect(refuseAt(locked, visit({ authorization: 'Basic the-token' }), NOW)).toMatchObject({ status: 401 });
  expect(refuseAt(locked, visit(), NOW)).toMatchObject({ status: 401 });
});
