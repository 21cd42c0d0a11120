// From the model's wish to the remote: what the owner is asked, and what the yes lets through.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, test as always, expect } from '@jest/globals';
import { type ConfirmationOutcome, type ConfirmationRequest, signGrant } from '@tars/core';
import { type ServedRepository, serveRepository, type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { hasSandbox } from '../shell/testing/sandbox-promises.js';
import { perform } from './perform.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;
const run = promisify(execFile);
const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const home = process.env.HOME;

const held: { attempt: Attempt; hub: ServedRepository; dir: TempDir }[] = [];
afterEach(async () => {
  process.env.HOME = home;
  for (const { attempt, hub, dir } of held.splice(0)) {
    await attempt.close();
    await hub.close();
    await dir.remove();
  }
});

/** A project whose remote wants credentials that only the owner's helper knows, and whose history was rewritten since it was pushed. */
async function rewritten(): Promise<{ attempt: Attempt; hub: ServedRepository }> {
  const dir = await tempDir();
  const hub = await serveRepository(join(dir.path, 'hub'), { user: 'owner', password: 'planted-password' });
  process.env.HOME = dir.path;
  await writeFile(join(dir.path, '.git-credentials'), `http://owner:planted-password@127.0.0.1:${hub.port}\n`);
  await writeFile(join(dir.path, '.gitconfig'), '[credential]\n\thelper = store\n[user]\n\tname = a\n\temail = a@b\n');
  const attempt = await openAttempt({ sandbox: 'required', publicKeyPem: keys.publicKey });
  held.push({ attempt, hub, dir });
  const git = (...args: string[]) => run('git', ['-C', attempt.project, ...args], { env: process.env });
  await git('init', '-q', '-b', 'main');
  await git('commit', '-q', '--allow-empty', '-m', 'one');
  await git('remote', 'add', 'origin', hub.url);
  await git('push', '-q', '-u', 'origin', 'main');
  await git('commit', '-q', '--allow-empty', '--amend', '-m', 'rewritten');
  return { attempt, hub };
}

async function answer({ record, context }: Attempt, outcome: ConfirmationOutcome): Promise<ConfirmationRequest> {
  const request = await waitUntil(() => record.task().confirmation, { what: 'the request for a confirmation', timeoutMs: 20_000 });
  const { id, callId, actionHash, command } = request;
  const claims = { confirmationId: id, taskId: record.task().id, callId, actionHash, expiresAt: Date.now() + 60_000 };
  const grant = outcome === 'approved' ? signGrant(claims, keys.privateKey) : null;
  record.outside({ type: 'confirmation.answered', at: 1, confirmationId: id, outcome, command, grant, feedback: null, channel: 'cli' });
  context.answers.hand({ kind: 'confirmation', id, outcome, grant, feedback: null }, keys.publicKey);
  return request;
}

const bash = (command: string) => ({ id: 'call_1', name: 'bash', input: { command, reason: 'to publish' } });

test('an approved force push gets the remote and the credentials, and the ask says so', async () => {
  const { attempt, hub } = await rewritten();
  await attempt.reply([bash('git push --force origin main')]);
  const performed = perform(attempt.context);
  const request = await answer(attempt, 'approved');
  await performed;
  expect(request).toMatchObject({
    reason: 'force push to git (destructive)',
    access: [`the network to 127.0.0.1, port ${hub.port}`, 'your git credentials for 127.0.0.1'],
  });
  expect(attempt.results().call_1).toMatchObject({ isError: false });
  expect(hub.head()).toBe('rewritten');
}, 60_000);

test('one that was denied changes nothing', async () => {
  const { attempt, hub } = await rewritten();
  await attempt.reply([bash('git push --force origin main')]);
  const performed = perform(attempt.context);
  await answer(attempt, 'denied');
  await performed;
  expect(attempt.results().call_1).toMatchObject({ isError: true });
  expect(hub.head()).toBe('one');
}, 60_000);

test('a plain push asks as well: not for what it does, but for what it needs', async () => {
  const { attempt, hub } = await rewritten();
  await attempt.reply([bash('git push origin HEAD:refs/heads/other')]);
  const performed = perform(attempt.context);
  const request = await answer(attempt, 'approved');
  await performed;
  expect(request).toMatchObject({ reason: 'push to a git remote with your credentials', rule: 'needs-more' });
  expect(attempt.results().call_1).toMatchObject({ isError: false, text: expect.stringContaining('new branch') });
  expect(hub.head()).toBe('one');
}, 60_000);

test('a push with company is not asked for: the model is told to run it alone', async () => {
  const { attempt, hub } = await rewritten();
  await attempt.reply([bash('git add -A && git push')]);
  await perform(attempt.context);
  expect(attempt.record.task().confirmation).toBeNull();
  expect(attempt.results().call_1).toMatchObject({ isError: true, text: expect.stringContaining('a command of its own') });
  expect(hub.head()).toBe('one');
}, 60_000);
