import { expect, test } from '@jest/globals';
import { keys } from '@tars/core/redis';
import { TOKENS, useApi } from './testing/use-api.js';

const world = useApi();
const nonce = 'a-nonce-of-the-test';

test('what was left in the record comes back, for whoever may come in', async () => {
  await world.control.redis.set(keys.echo(nonce), 'left here');
  expect(await world.post('/webhook/echo', { nonce })).toMatchObject({ status: 200, body: { status: 'ok', echo: 'left here' } });
  expect((await world.post('/webhook/echo', { nonce }, { serving: world.locked })).status).toBe(401);
  const bearer = { serving: world.locked, token: TOKENS.WEBHOOK_TOKEN };
  expect((await world.post('/webhook/echo', { nonce }, bearer)).body).toMatchObject({ echo: 'left here' });
});

test('what was not left is not known, and nothing else of the record can be read', async () => {
  expect(await world.post('/webhook/echo', { nonce: 'never-left' })).toMatchObject({ status: 404, body: { reason: 'unknown_nonce' } });
  expect((await world.post('/webhook/echo', { nonce: '../task:a7f3' })).status).toBe(400);
});
