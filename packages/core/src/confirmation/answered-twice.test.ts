import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { createAuditLog } from '../redis/audit-log.js';
import { createTaskStore, type TaskStore } from '../redis/store.js';
import { AT, confirmation, event } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { createCodeVerifier } from './code.js';
import { type Confirmations, createConfirmations } from './confirmations.js';

const { privateKey } = generateKeyPairSync('ed25519');
const signingKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const at = useRedis();
const CODE = '4711';
const OWNER = { role: 'owner', nonce: 'n1' } as const;
let store: TaskStore;
let confirmations: Confirmations;
let now: number;

beforeEach(async () => {
  now = AT;
  store = createTaskStore(at.redis);
  confirmations = createConfirmations({
    store,
    redis: at.redis,
    audit: createAuditLog(at.redis, { retentionMs: null, redact: (text) => text }),
    verifier: createCodeVerifier(CODE),
    signingKeyPem,
    redact: (text) => text,
    clock: () => now,
  });
  await store.create('a7f3', event('task.queued'));
  await store.commit('a7f3', { as: { role: 'claim', nonce: 'n1' }, events: [event('task.claimed')] });
});

const ask = (id: string) =>
  store.commit('a7f3', { as: OWNER, events: [event('confirmation.requested', { confirmation: confirmation(id, id) })] });
const say = (code: string) => confirmations.submit({ taskId: 'a7f3', code, channel: 'voice', sessionId: 's1' });
const awaited = async () => (await store.read('a7f3'))?.confirmation?.id;

test('a code that a voice model hands over twice counts once, and both calls hear the same', async () => {
  await ask('first');
  const heard = await Promise.all([say(CODE), say(CODE)]);
  expect([...heard, await say(CODE)].map(({ outcome }) => outcome)).toEqual(['approved', 'approved', 'approved']);
});

test('the second call neither approves the next command nor says it was approved', async () => {
  await ask('first');
  await say(CODE);
  await ask('second');
  expect(await say(CODE)).toEqual({ outcome: 'too_soon', taskId: 'a7f3' });
  expect(await awaited()).toBe('second');
  now += 10_000;
  expect(await say(CODE)).toEqual({ outcome: 'approved', taskId: 'a7f3' });
  expect(await awaited()).toBeUndefined();
});

test('a code given before anything waits is not remembered as the answer to what is asked next', async () => {
  expect(await say(CODE)).toMatchObject({ outcome: 'nothing_pending' });
  await ask('first');
  expect(await say(CODE)).toMatchObject({ outcome: 'too_soon' });
  expect(await awaited()).toBe('first');
});

test('the right code after too many wrong ones is told that they were too many', async () => {
  await ask('first');
  for (const code of ['0001', '0002', '0003', '0004']) expect(await say(code)).toMatchObject({ outcome: 'wrong_code' });
  expect(await say('0005')).toMatchObject({ outcome: 'locked' });
  expect(await say(CODE)).toEqual({ outcome: 'locked', taskId: 'a7f3' });
  await ask('second');
  now += 10_000;
  expect(await say(CODE)).toMatchObject({ outcome: 'approved' });
});
