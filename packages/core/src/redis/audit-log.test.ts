import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, expect, test } from '@jest/globals';
import { answerQuestion } from '../answer-question.js';
import { createCodeVerifier } from '../confirmation/code.js';
import { type Confirmations, createConfirmations } from '../confirmation/confirmations.js';
import type { Event } from '../event.js';
import { createRedactor } from '../redact.js';
import { AT, confirmation, event, question } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import { type AuditLog, createAuditLog } from './audit-log.js';
import { keys } from './keys.js';
import { createTaskStore, type TaskStore } from './store.js';

const DAY_MS = 86_400_000;
const CODE = '4711';
const KEY = 'sk-ant-api03-abcdefghij';
const { privateKey } = generateKeyPairSync('ed25519');
const at = useRedis();
let audit: AuditLog;
let store: TaskStore;
let confirmations: Confirmations;

beforeEach(() => {
  const settings = { retentionMs: 30 * DAY_MS, redact: createRedactor([CODE]) };
  audit = createAuditLog(at.redis, settings);
  store = createTaskStore(at.redis, settings);
  confirmations = createConfirmations({
    store,
    redis: at.redis,
    audit,
    verifier: createCodeVerifier(CODE),
    signingKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    redact: (text) => text,
    clock: () => AT + 1_000,
  });
});

const create = (id: string, goal = 'tidy up') => store.create(id, event('task.queued', { goal, project: `/home/me/${id}` }));
const happens = (id: string, ...events: Event[]) => store.commit(id, { as: { role: 'owner', nonce: 'n' }, events });
async function running(id = 'a7f3'): Promise<void> {
  await create(id);
  await store.commit(id, { as: { role: 'claim', nonce: 'n' }, events: [event('task.claimed')] });
}
/** What the trail tells, without the start that every task begins with. */
const told = async () => (await audit.read()).filter(({ operation }) => operation !== 'start').map(({ at: _, ...entry }) => entry);
const deeds = async () => (await told()).map(({ operation, outcome }) => `${operation} ${outcome}`);

test('a start tells who asked for what, when and where', async () => {
  const before = Date.now();
  await store.create('a7f3', event('task.queued', { sessionId: 's1', channel: 'http' }), [], { credential: 'API_TOKEN' });
  const [entry, ...more] = await audit.read();
  expect(more).toEqual([]);
  const who = { who: 'API_TOKEN', sessionId: 's1', channel: 'http' };
  expect(entry).toEqual({
    at: expect.any(Number),
    operation: 'start',
    outcome: 'accepted',
    taskId: 'a7f3',
    ...who,
    about: 'build a calculator',
  });
  expect(entry?.at).toBeGreaterThanOrEqual(before - 1_000);
});

test('a repeated start is one operation', async () => {
  const once = [{ key: 'call:1', ttlMs: 30_000 }];
  await store.create('a7f3', event('task.queued'), once);
  await store.create('c2c2', event('task.queued'), once);
  expect(await audit.read()).toHaveLength(1);
});

test('every try of a code and its outcome is told, with the command, and never the code', async () => {
  await running();
  await happens('a7f3', event('confirmation.requested', { confirmation: confirmation('one') }));
  await confirmations.submit({ code: '9999', channel: 'discord', credential: 'WEBHOOK_TOKEN' });
  await confirmations.submit({ code: CODE, channel: 'voice', sessionId: 's1' });
  await confirmations.submit({ code: CODE, channel: 'cli' });
  const common = { operation: 'confirm', taskId: 'a7f3', about: 'rm old_backup.py' };
  expect(await told()).toEqual([
    { ...common, outcome: 'wrong_code', who: 'WEBHOOK_TOKEN', sessionId: null, channel: 'discord' },
    { ...common, outcome: 'approved', who: 'me', sessionId: 's1', channel: 'voice' },
    { ...common, outcome: 'nothing_pending', taskId: null, who: 'unknown', sessionId: null, channel: 'cli', about: null },
  ]);
  expect(JSON.stringify(await at.redis.xRange(keys.audit, '-', '+'))).not.toMatch(/4711|9999/);
});

test('the fifth wrong code and what comes after it are told', async () => {
  await running();
  await happens('a7f3', event('confirmation.requested', { confirmation: confirmation('one') }));
  for (let tries = 0; tries < 6; tries++) await confirmations.submit({ taskId: 'a7f3', code: '9999', channel: 'http' });
  expect(await deeds()).toEqual([...Array(4).fill('confirm wrong_code'), 'confirm locked', 'confirm locked']);
});

test('a denial, silence and answers are told by their outcome alone, not by their words', async () => {
  await running();
  await happens('a7f3', event('confirmation.requested', { confirmation: confirmation('one') }));
  await confirmations.deny({ taskId: 'a7f3', because: 'I still need it', channel: 'http', credential: 'this machine' });
  await happens('a7f3', event('confirmation.requested', { confirmation: confirmation('two') }));
  await happens('a7f3', event('confirmation.answered', { confirmationId: 'two', outcome: 'expired', grant: null, channel: 'worker' }));
  await happens('a7f3', event('question.asked', { question: question('q1') }));
  await answerQuestion(store, { text: 'the second one', channel: 'cli', redact: createRedactor([]), at: AT });
  await happens('a7f3', event('question.asked', { question: question('q2') }));
  await happens('a7f3', event('question.answered', { questionId: 'q2', text: null, channel: 'worker' }));
  const entries = await told();
  expect(entries.map(({ operation, outcome, who, about }) => [operation, outcome, who, about])).toEqual([
    ['deny', 'denied', 'this machine', 'rm old_backup.py'],
    ['confirm', 'expired', 'w1', 'rm old_backup.py'],
    ['answer', 'answered', 'me', 'Which port?'],
    ['answer', 'expired', 'w1', 'Which port?'],
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/still need|second one/);
});

test.each([
  [event('task.finished'), 'finished', 'VERIFIED'],
  [event('task.failed', { reason: 'max_turns' }), 'failed', 'max_turns'],
  [event('task.timed_out'), 'timeout', null],
])('the ending of a task is told in its worker’s name: %#', async (ending, outcome, about) => {
  await running();
  await happens('a7f3', ending);
  expect(await told()).toEqual([{ operation: 'end', outcome, taskId: 'a7f3', who: 'w1', sessionId: null, channel: 'worker', about }]);
});

test('a cancel is a wish and an ending, also where nobody held the task', async () => {
  await create('c2c2');
  await store.commit('c2c2', { as: { role: 'outsider' }, events: [event('task.cancelled', { channel: 'cli' })], by: { sessionId: 's2' } });
  await running('a7f3');
  await store.commit('a7f3', {
    as: { role: 'outsider' },
    events: [event('cancel.requested', { channel: 'voice' })],
    by: { sessionId: 's3' },
  });
  await happens('a7f3', event('task.cancelled', { channel: 'voice' }));
  expect((await told()).map(({ operation, outcome, taskId, who, sessionId }) => [operation, outcome, taskId, who, sessionId])).toEqual([
    ['cancel', 'requested', 'c2c2', 'me', 's2'],
    ['end', 'cancelled', 'c2c2', 'me', 's2'],
    ['cancel', 'requested', 'a7f3', 'me', 's3'],
    ['end', 'cancelled', 'a7f3', 'w1', null],
  ]);
});

test('what was refused changed nothing and is not told as done', async () => {
  await running();
  await happens('a7f3', event('task.finished'));
  await store.commit('a7f3', { as: { role: 'outsider' }, events: [event('cancel.requested')] });
  await store.commit('a7f3', { as: { role: 'owner', nonce: 'stale' }, events: [event('task.failed')] });
  expect(await deeds()).toEqual(['end finished']);
});

test('of many changes at once each is told once', async () => {
  await running();
  await happens('a7f3', event('confirmation.requested', { confirmation: confirmation('one') }));
  const answers = [1, 2, 3].map((n) => confirmations.deny({ taskId: 'a7f3', channel: 'http', sessionId: `s${n}` }));
  await Promise.all(answers);
  const outcomes = (await deeds()).sort();
  expect(outcomes).toEqual(['deny denied', 'deny nothing_pending', 'deny nothing_pending']);
});

test('a code or a key in a goal or a command is not kept', async () => {
  await create('a7f3', `use ${KEY} and code ${CODE}`);
  await audit.record({
    operation: 'confirm',
    outcome: 'expired',
    taskId: null,
    who: 'x',
    sessionId: CODE,
    channel: 'cli',
    about: `echo ${KEY}`,
  });
  const kept = JSON.stringify(await at.redis.xRange(keys.audit, '-', '+'));
  expect(kept).toContain('use [redacted] and code [redacted]');
  expect(kept).not.toMatch(/4711|sk-ant/);
});

const DEED = { operation: 'end', taskId: null, who: 'x', sessionId: null, channel: 'cli', about: null } as const;
/** An entry as it was left at that moment. */
const left = (moment: number, outcome: string) => at.redis.xAdd(keys.audit, `${moment}-0`, { entry: JSON.stringify({ ...DEED, outcome }) });
const outcomes = async (...how: Parameters<AuditLog['read']>) => (await audit.read(...how)).map(({ outcome }) => outcome);

test('reading begins where it is asked to, and is bounded to the newest', async () => {
  const now = Date.now();
  for (const minutes of [3, 2, 1]) await left(now - minutes * 60_000, `${minutes}`);
  expect(await outcomes()).toEqual(['3', '2', '1']);
  expect(await outcomes({ since: now - 120_000 })).toEqual(['2', '1']);
  expect(await outcomes({ since: now - 119_999 })).toEqual(['1']);
  expect(await outcomes({ limit: 2 })).toEqual(['2', '1']);
  expect(await outcomes({ since: now + 60_000 })).toEqual([]);
});

test('what is older than the retention is not read, and is gone with the next entry', async () => {
  const now = Date.now();
  await left(now - 31 * DAY_MS, 'too old');
  await left(now - 29 * DAY_MS, 'still kept');
  expect(await outcomes()).toEqual(['still kept']);
  expect(await at.redis.xLen(keys.audit)).toBe(2);
  await create('a7f3');
  expect(await at.redis.xLen(keys.audit)).toBe(2);
  await audit.record({ ...DEED, outcome: 'new' });
  expect(await outcomes()).toEqual(['still kept', 'accepted', 'new']);
});

test('settings without a retention forget nothing', async () => {
  const forever = createAuditLog(at.redis, { retentionMs: null, redact: (text) => text });
  await left(1, 'ancient');
  await forever.record({ ...DEED, outcome: 'new' });
  expect((await forever.read()).map(({ outcome }) => outcome)).toEqual(['ancient', 'new']);
});
