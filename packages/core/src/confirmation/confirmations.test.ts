import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { keys } from '../redis/keys.js';
import { event } from '../testing/samples.js';
import { CODE, pemPair, useConfirmations } from '../testing/use-confirmations.js';
import { createCodeVerifier } from './code.js';
import { verifyGrant } from './grant.js';
import { createTotpVerifier, totpCode } from './totp.js';

const judge = useConfirmations();
const task = (id = 'a7f3') => judge.store.read(id);
const outcomes = async (id = 'a7f3') =>
  (await judge.store.events(id)).flatMap(({ event: { type, ...facts } }) =>
    type === 'confirmation.answered' && 'outcome' in facts ? [facts.outcome] : [],
  );

test.each(['hello', '', 'yes please', '12', '1234567890123', '12a4', '６２８', 'the year 2024 was good'])(
  '%j can be no code and spends no try',
  async (words) => {
    await judge.ask('a7f3', 'c1');
    expect(await judge.code('a7f3', words)).toEqual({ outcome: 'not_a_code', taskId: '' });
    expect(await judge.at.redis.get(keys.tries('c1'))).toBeNull();
    expect(await judge.code('a7f3', '0000')).toMatchObject({ outcome: 'wrong_code', triesLeft: 4 });
  },
);

test.each(['4711', ' 47 11 ', '47-11', '４７１１', 'four seven one one', 'my code is 4711', '4\u200b711'])(
  '%j is the code however it is written',
  async (words) => {
    await judge.ask('a7f3', 'c1');
    expect(await judge.code('a7f3', words)).toMatchObject({ outcome: 'approved' });
  },
);

test('a try counts before it is judged: a hundred at once are five', async () => {
  await judge.ask('a7f3', 'c1');
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => judge.code('a7f3', String(1000 + index))));
  expect(answers.filter(({ outcome }) => outcome === 'wrong_code')).toHaveLength(4);
  expect(await outcomes()).toEqual(['locked']);
});

test('ten wrong codes close the owner’s window: then the right one is refused too, with the time left, until it ends', async () => {
  for (const id of ['c1', 'c2']) {
    await judge.ask('a7f3', id);
    for (const code of ['0001', '0002', '0003', '0004', '0005']) await judge.code('a7f3', code);
  }
  expect(await outcomes()).toEqual(['locked', 'locked']);
  await judge.ask('a7f3', 'c3');
  const refused = await judge.code('a7f3', CODE);
  expect(refused).toMatchObject({ outcome: 'locked', taskId: 'a7f3' });
  const { opensInMs = 0 } = refused as { opensInMs?: number };
  expect(opensInMs).toBeGreaterThan(14 * 60_000);
  expect(opensInMs).toBeLessThanOrEqual(15 * 60_000);
  expect((await task())?.confirmation?.id).toBe('c3');
  expect(await judge.at.redis.get(keys.tries('c3'))).toBeNull();
  await judge.at.redis.pExpire(keys.triesOfUser('me'), 1);
  await judge.at.redis.del(keys.triesOfUser('me'));
  expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'approved' });
});

test('a right code in between shows who it was, and the window is new', async () => {
  for (const id of ['c1', 'c2', 'c3', 'c4']) {
    await judge.ask('a7f3', id);
    for (const code of ['0001', '0002', '0003', '0004']) expect(await judge.code('a7f3', code)).toMatchObject({ outcome: 'wrong_code' });
    expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'approved' });
  }
});

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
test('a code of an app approves one command, in one process or in another', async () => {
  const ours = [judge.another({ verifier: createTotpVerifier(SECRET) }), judge.another({ verifier: createTotpVerifier(SECRET) })];
  const say = (which: number, code: string) => ours[which]?.submit({ taskId: 'a7f3', code, channel: 'http' });
  const code = totpCode(SECRET, judge.now);
  await judge.ask('a7f3', 'c1');
  expect(await say(0, code)).toMatchObject({ outcome: 'approved' });
  await judge.ask('a7f3', 'c2');
  expect(await say(1, code)).toEqual({ outcome: 'code_spent', taskId: 'a7f3', triesLeft: 4 });
  expect(await say(0, totpCode(SECRET, judge.now - 600_000))).toMatchObject({ outcome: 'wrong_code' });
  judge.now += 30_000;
  expect(await say(1, totpCode(SECRET, judge.now))).toMatchObject({ outcome: 'approved' });
});

test('a code that was changed while a command waits is the right one from then on', async () => {
  await judge.ask('a7f3', 'c1');
  const restarted = judge.another({ verifier: createCodeVerifier('9024') });
  expect(await restarted.submit({ taskId: 'a7f3', code: CODE, channel: 'http' })).toMatchObject({ outcome: 'wrong_code' });
  expect(await restarted.submit({ taskId: 'a7f3', code: '9024', channel: 'http' })).toMatchObject({ outcome: 'approved' });
});

test('after a change of the signing key a new yes holds, one signed before does not', async () => {
  const [before, after] = [pemPair(), pemPair()];
  const grantOf = async (id: string, signingKeyPem: string) => {
    await judge.ask('a7f3', id);
    await judge.another({ signingKeyPem }).submit({ taskId: 'a7f3', code: CODE, channel: 'http' });
    const grant = (await task())?.grant;
    if (!grant) throw new Error('There is no grant.');
    const { confirmationId, taskId, callId, actionHash } = grant;
    return verifyGrant(grant, after.publicPem, { confirmationId, taskId, callId, actionHash }, judge.now);
  };
  expect(await grantOf('c1', before.privatePem)).toEqual({ ok: false, reason: 'bad_signature' });
  expect(await grantOf('c2', after.privatePem)).toEqual({ ok: true });
});

test('a no after a yes that nothing has used yet takes it back; the command can no longer begin', async () => {
  await judge.ask('a7f3', 'c1');
  await judge.code('a7f3', CODE);
  expect((await task())?.grant).not.toBeNull();
  expect(await judge.confirmations.deny({ channel: 'voice', because: 'wait' })).toEqual({ outcome: 'denied', taskId: 'a7f3' });
  expect((await task())?.grant).toBeNull();
  const intent = event('command.intended', { callId: 'c1', confirmationId: 'c1', purpose: 'other' });
  expect((await judge.byWorker('a7f3', intent)).kind).toBe('refused');
  expect(await outcomes()).toEqual(['approved', 'denied']);
});

test('a no after the command began changes nothing and says so', async () => {
  await judge.ask('a7f3', 'c1');
  await judge.code('a7f3', CODE);
  await judge.byWorker('a7f3', event('command.intended', { callId: 'c1', confirmationId: 'c1', purpose: 'other' }));
  expect(await judge.confirmations.deny({ taskId: 'a7f3', confirmationId: 'c1', channel: 'voice' })).toEqual({
    outcome: 'nothing_pending',
    taskId: 'a7f3',
    already: 'approved',
  });
});

test('of a yes and a no at the same instant the no holds, whichever was first', async () => {
  for (let round = 0; round < 20; round++) {
    await judge.ask('a7f3', `c${round}`);
    const yes = judge.code('a7f3', CODE);
    // A little later each round; in the last ones surely after the yes.
    if (round < 15) await delay(round);
    else await yes;
    await Promise.all([yes, judge.confirmations.deny({ taskId: 'a7f3', channel: 'voice' })]);
    expect(await task()).toMatchObject({ confirmation: null, grant: null });
  }
});

test('an answer on a second channel hears what the first one said', async () => {
  await judge.ask('a7f3', 'c1');
  await judge.confirmations.deny({ taskId: 'a7f3', channel: 'voice' });
  expect(await judge.code('a7f3', CODE, { confirmationId: 'c1' })).toEqual({
    outcome: 'nothing_pending',
    taskId: 'a7f3',
    already: 'denied',
  });
});

test('a code for a task that waits for none says which one does', async () => {
  await judge.running('k2k2');
  await judge.ask('k2k2', 'c1');
  expect(await judge.code('a7f3', CODE)).toEqual({ outcome: 'nothing_pending', taskId: 'a7f3', pending: ['k2k2'] });
  expect(await judge.at.redis.get(keys.tries('c1'))).toBeNull();
});
