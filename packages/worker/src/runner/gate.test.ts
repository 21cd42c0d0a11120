// The door between wish and deed: real rules, real signatures, a real shell behind it.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type ConfirmationOutcome, type ConfirmationRequest, type Event, type Grant, hashAction, signGrant, type Task } from '@tars/core';
import { waitUntil } from '@tars/testkit';
import { identified } from './ask-owner.js';
import { weigh } from './gate.js';
import { perform } from './perform.js';
import { type Attempt, type AttemptOptions, openAttempt } from './testing/attempt.js';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};
const OWN = pair();
const FOREIGN = pair();
const REMOVE = { id: 'call_1', name: 'bash', input: { command: 'rm old.txt', reason: 'not used any more' } };

const open: Attempt[] = [];
afterEach(async () => {
  for (const attempt of open.splice(0)) await attempt.close();
});

async function attemptWith(options: AttemptOptions = {}): Promise<Attempt> {
  const attempt = await openAttempt({ files: { 'old.txt': 'x', 'other.txt': 'x' }, ...options });
  open.push(attempt);
  return attempt;
}

const requestOf = ({ record }: Attempt) => waitUntil(() => record.task().confirmation, { what: 'the request for a confirmation' });
const claimsFor = (task: Pick<Task, 'id'>, request: { id: string; callId: string; actionHash: string }) => ({
  confirmationId: request.id,
  taskId: task.id,
  callId: request.callId,
  actionHash: request.actionHash,
  expiresAt: Date.now() + 60_000,
});

/** As a supervisor would: the answer is in the record first, then it is handed over. */
function answer(
  attempt: Attempt,
  outcome: ConfirmationOutcome,
  grant: Grant | null,
  key: string | null = OWN.publicKey,
  feedback: string | null = null,
) {
  const request = attempt.record.task().confirmation;
  if (request === null) throw new Error('Nothing is asked.');
  const { id: confirmationId, command } = request;
  attempt.record.outside({ type: 'confirmation.answered', at: 1, confirmationId, outcome, command, grant, feedback, channel: 'cli' });
  attempt.context.answers.hand({ kind: 'confirmation', id: confirmationId, outcome, grant, feedback }, key);
}

const intents = ({ record }: Attempt) => record.events().flatMap((event) => (event.type === 'command.intended' ? [event] : []));
const requests = ({ record }: Attempt) => record.events().filter(({ type }) => type === 'confirmation.requested');

test('what is safe passes unasked', async () => {
  const attempt = await attemptWith();
  await attempt.reply([{ id: 'call_1', name: 'bash', input: { command: 'cat old.txt', reason: 'look' } }]);
  await perform(attempt.context);
  expect(attempt.results().call_1).toMatchObject({ isError: false, text: expect.stringContaining('x') });
  expect(intents(attempt)).toMatchObject([{ confirmationId: null, reason: 'look', purpose: 'read' }]);
});

test('a destructive command waits: it is asked for with its bytes, its folder and what safety says of it, and nothing runs', async () => {
  const attempt = await attemptWith();
  await attempt.reply([REMOVE]);
  const performed = perform(attempt.context);
  const request = await requestOf(attempt);
  expect(request).toMatchObject({
    callId: 'call_1',
    command: 'rm old.txt',
    cwd: attempt.project,
    reason: 'delete files',
    agentSays: 'not used any more',
    effect: 'Deletes 1 file (1 byte): 1 not in git, so gone for good.',
    actionHash: hashAction({ command: 'rm old.txt', cwd: attempt.project, bound: request.bound ?? {} }),
    expiresAt: request.askedAt + 300_000,
  });
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  expect(intents(attempt)).toEqual([]);
  answer(attempt, 'denied', null);
  await performed;
});

test('a yes runs exactly this command once, and its intent consumes the confirmation', async () => {
  const attempt = await attemptWith();
  await attempt.reply([REMOVE]);
  const performed = perform(attempt.context);
  const request = await requestOf(attempt);
  answer(attempt, 'approved', signGrant(claimsFor(attempt.record.task(), request), OWN.privateKey));
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(false);
  expect(existsSync(join(attempt.project, 'other.txt'))).toBe(true);
  expect(intents(attempt)).toMatchObject([{ command: 'rm old.txt', confirmationId: request.id, reason: 'delete files' }]);
  expect(attempt.record.task().grant).toBeNull();
});

type Claims = ReturnType<typeof claimsFor>;
const FORGED: readonly (readonly [string, (claims: Claims) => Claims, string, string | null, string])[] = [
  [
    'for other bytes',
    (claims) => ({ ...claims, actionHash: hashAction({ command: 'rm other.txt', cwd: '/' }) }),
    OWN.privateKey,
    OWN.publicKey,
    'other_action',
  ],
  ['for another call', (claims) => ({ ...claims, callId: 'call_2' }), OWN.privateKey, OWN.publicKey, 'other_call'],
  ['for another task', (claims) => ({ ...claims, taskId: 'k2k2' }), OWN.privateKey, OWN.publicKey, 'other_task'],
  ['for another confirmation', (claims) => ({ ...claims, confirmationId: 'c9' }), OWN.privateKey, OWN.publicKey, 'other_confirmation'],
  ['that has expired', (claims) => ({ ...claims, expiresAt: Date.now() - 1 }), OWN.privateKey, OWN.publicKey, 'expired'],
  ['signed with a foreign key', (claims) => claims, FOREIGN.privateKey, OWN.publicKey, 'bad_signature'],
  ['that no key can be had for', (claims) => claims, OWN.privateKey, null, 'could not be verified'],
];

test.each(FORGED)('a yes %s leaves the door closed', async (_, change, signingKey, publicKey, why) => {
  const attempt = await attemptWith();
  await attempt.reply([REMOVE]);
  const performed = perform(attempt.context);
  const request = await requestOf(attempt);
  answer(attempt, 'approved', signGrant(change(claimsFor(attempt.record.task(), request)), signingKey), publicKey);
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  expect(intents(attempt)).toEqual([]);
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining(why) });
});

test('a yes without a grant leaves the door closed', async () => {
  const attempt = await attemptWith();
  await attempt.reply([REMOVE]);
  const performed = perform(attempt.context);
  await requestOf(attempt);
  answer(attempt, 'approved', null);
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  expect(attempt.results().call_1?.isError).toBe(true);
});

test.each([
  ['denied', 'keep it', 'The owner denied this command: keep it.'],
  ['locked', null, 'too many wrong codes'],
  ['expired', null, 'in time'],
] as const)('%s: the command does not run, the agent hears why and goes on to its next call', async (outcome, feedback, why) => {
  const attempt = await attemptWith();
  await attempt.reply([REMOVE, { id: 'call_2', name: 'bash', input: { command: 'echo next', reason: 'go on' } }]);
  const performed = perform(attempt.context);
  await requestOf(attempt);
  answer(attempt, outcome, null, OWN.publicKey, feedback);
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining(why) });
  expect(attempt.results().call_2?.text).toContain('next');
});

/** What an attempt before this one left: a reply with the call, and its request in the record. */
const asked =
  (cwd?: string, more: (request: ConfirmationRequest, task: Task) => Event[] = () => []): AttemptOptions['before'] =>
  async (task) => {
    const request = await requestFor(task.project, cwd);
    return {
      events: [{ type: 'confirmation.requested', at: 1, confirmation: request }, ...more(request, task)],
      transcript: [{ kind: 'reply', turn: 1, content: [{ type: 'tool_use', ...REMOVE }], stopReason: 'tool_use' }],
    };
  };
async function requestFor(project: string, cwd = project): Promise<ConfirmationRequest> {
  const command = 'rm old.txt';
  const { effect: _, ...facts } = identified({ command }, await weigh(command, { cwd: project, project }));
  const actionHash = cwd === project ? facts.actionHash : hashAction({ command, cwd, bound: facts.bound });
  return { ...facts, id: 'c1', callId: 'call_1', command, agentSays: '', cwd, actionHash, askedAt: 1, expiresAt: Date.now() + 300_000 };
}

test('a request that an earlier attempt put is waited for, not put again', async () => {
  const attempt = await attemptWith({ before: asked() });
  const performed = perform(attempt.context);
  answer(attempt, 'approved', signGrant(claimsFor(attempt.record.task(), await requestFor(attempt.project)), OWN.privateKey));
  await performed;
  expect(requests(attempt)).toEqual([]);
  expect(intents(attempt)).toMatchObject([{ confirmationId: 'c1' }]);
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(false);
});

test('a request of an earlier attempt for a folder where the shell is no longer is withdrawn and put anew', async () => {
  const attempt = await attemptWith({ before: asked('/elsewhere') });
  const performed = perform(attempt.context);
  const request = await waitUntil(() => {
    const now = attempt.record.task().confirmation;
    return now?.id === 'c1' ? null : now;
  });
  expect(request).toMatchObject({ command: 'rm old.txt', cwd: attempt.project });
  answer(attempt, 'approved', signGrant(claimsFor(attempt.record.task(), request), OWN.privateKey));
  await performed;
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(false);
});

const granted = (key: string, change: (claims: Claims) => Claims = (claims) => claims) =>
  asked(undefined, (request, task) => [
    {
      type: 'confirmation.answered',
      at: 2,
      confirmationId: request.id,
      outcome: 'approved',
      command: request.command,
      grant: signGrant(change(claimsFor(task, request)), key),
      feedback: null,
      channel: 'http',
    },
  ]);

test('a yes that came while no worker lived is used, once', async () => {
  const attempt = await attemptWith({ before: granted(OWN.privateKey), publicKeyPem: OWN.publicKey });
  await perform(attempt.context);
  expect(intents(attempt)).toMatchObject([{ confirmationId: 'c1' }]);
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(false);
  expect(requests(attempt)).toEqual([]);

  await attempt.reply([{ ...REMOVE, id: 'call_2' }]);
  const performed = perform(attempt.context);
  expect((await requestOf(attempt)).callId).toBe('call_2');
  answer(attempt, 'denied', null);
  await performed;
  expect(intents(attempt)).toHaveLength(1);
});

test.each([
  ['signed with another key', FOREIGN.privateKey, (claims: Claims) => claims, 'your yes was signed with a key that is no longer in use'],
  ['that is too old', OWN.privateKey, (claims: Claims) => ({ ...claims, expiresAt: 1 }), 'your yes is too old by now'],
  [
    'to other bytes',
    OWN.privateKey,
    (claims: Claims) => ({ ...claims, actionHash: 'h' }),
    'something it depends on changed since your yes',
  ],
])('a waiting yes %s opens nothing: the owner is asked once more, and told why', async (_, key, change, changed) => {
  const attempt = await attemptWith({ before: granted(key, change), publicKeyPem: OWN.publicKey });
  const performed = perform(attempt.context);
  expect(await requestOf(attempt)).toMatchObject({ command: 'rm old.txt', changed });
  expect(existsSync(join(attempt.project, 'old.txt'))).toBe(true);
  answer(attempt, 'denied', null);
  await performed;
  expect(intents(attempt)).toEqual([]);
});

test('a waiting yes for one command opens nothing for another of the same call', async () => {
  const before: AttemptOptions['before'] = async (task) => {
    const left = (await granted(OWN.privateKey)?.(task)) ?? {};
    const other = { ...REMOVE, input: { ...REMOVE.input, command: 'rm other.txt' } };
    return { ...left, transcript: [{ kind: 'reply', turn: 1, content: [{ type: 'tool_use', ...other }], stopReason: 'tool_use' }] };
  };
  const attempt = await attemptWith({ before, publicKeyPem: OWN.publicKey });
  const performed = perform(attempt.context);
  expect((await requestOf(attempt)).command).toBe('rm other.txt');
  answer(attempt, 'denied', null);
  await performed;
  expect(existsSync(join(attempt.project, 'other.txt'))).toBe(true);
});
