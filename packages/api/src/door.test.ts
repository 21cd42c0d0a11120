import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { admit, type Door } from './door.js';

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
  expect(admit(door({}), visit(), NOW)).toEqual({ ok: true, as: 'this machine' });
});

test('with a secret set only a signature opens the door', () => {
  const locked = door({ secret: 'the secret' });
  expect(admit(locked, visit(), NOW)).toMatchObject({ status: 401, message: expect.stringContaining('WEBHOOK_SECRET') });
  expect(admit(locked, visit(signed('another')), NOW)).toMatchObject({ status: 401 });
  expect(admit(locked, visit(signed('the secret')), NOW)).toEqual({ ok: true, as: 'WEBHOOK_SECRET' });
});

test('with both set either opens the door', () => {
  const locked = door({ token: 'the-token', secret: 'the secret' });
  expect(admit(locked, visit(signed('the secret')), NOW)).toEqual({ ok: true, as: 'WEBHOOK_SECRET' });
  expect(admit(locked, visit({ authorization: 'bearer  the-token ' }), NOW)).toEqual({ ok: true, as: 'WEBHOOK_TOKEN' });
  expect(admit(locked, visit({ authorization: 'Basic the-token' }), NOW)).toMatchObject({ status: 401 });
  expect(admit(locked, visit(), NOW)).toMatchObject({ status: 401 });
});
