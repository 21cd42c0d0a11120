// The real n8n between TARS and a stand-in for Discord: what travels to the channel, and what comes back from it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describe as sentenceOf } from '@tars/core';
import { FAKE_DISCORD, type FakeDiscord, freePort, readScenario, shippedScenario, startFakeDiscord, waitUntil } from '@tars/testkit';
import type { Process } from '../src/observed.js';
import { CODE, openStage, type Stage } from '../src/stage.js';
import { findN8n } from './find-n8n.js';
import { type RealN8n, startRealN8n } from './real-n8n.js';

const WORKFLOWS = join(import.meta.dirname, '../../deploy/n8n');
const [WEBHOOK_TOKEN, API_TOKEN] = ['webhook-token-of-the-test', 'api-token-of-the-test'];
type Posted = ReturnType<FakeDiscord['posts']>[number];
const STRANGER = '1200000000000000099';
const PATIENCE_MS = 120_000;
/** A detailed task says more than Discord lets a bot say at once. */
const TASK_MS = 240_000;
jest.setTimeout(TASK_MS);
const LAST_PHASES: readonly string[] = ['complete', 'error', 'timeout'];

const folder = findN8n(process.env);

let [stage, discord, n8n] = [null, null, null] as unknown as [Stage, FakeDiscord, RealN8n];
const ports = { api: 0, n8n: 0 };
let running: Process | null = null;

/** `tars up` at the address that n8n was told, in place of the one before. */
async function tarsUp(env: Readonly<Record<string, string>> = {}): Promise<void> {
  running?.kill('SIGTERM');
  await running?.ended;
  running = stage.spawnTars(['up'], { ...env, WEBHOOK_PORT: String(ports.api) });
  await running.saw(/^ready/m);
}

beforeAll(async () => {
  Object.assign(ports, { api: await freePort(), n8n: await freePort() });
  discord = await startFakeDiscord();
  stage = await openStage(await readScenario(shippedScenario('calculator')), {
    N8N_WEBHOOK_URL: `http://127.0.0.1:${ports.n8n}/webhook/discord-updates`,
    WEBHOOK_TOKEN,
    API_TOKEN,
  });
  n8n = await startRealN8n({
    folder,
    workflows: WORKFLOWS,
    port: ports.n8n,
    listensAt: '/webhook/discord-updates',
    credentials: [
      { name: 'Discord bot', value: `Bot ${FAKE_DISCORD.botToken}` },
      { name: 'TARS webhook', value: `Bearer ${WEBHOOK_TOKEN}` },
      { name: 'TARS api', value: `Bearer ${API_TOKEN}` },
    ],
    env: {
      N8N_BLOCK_ENV_ACCESS_IN_NODE: 'false',
      TARS_URL: `http://127.0.0.1:${ports.api}`,
      N8N_WEBHOOK_URL: `http://127.0.0.1:${ports.n8n}/`,
      DISCORD_API_URL: `${discord.url}/api/v10`,
      DISCORD_CHANNEL_ID: FAKE_DISCORD.channelId,
      DISCORD_USER_IDS: FAKE_DISCORD.userId,
    },
  });
}, 600_000);

afterAll(async () => {
  await n8n?.close();
  await stage?.close();
  await discord?.close();
}, 60_000);

const until = <T>(what: string, look: () => T | Promise<T>, timeoutMs = PATIENCE_MS) => waitUntil(look, { timeoutMs, what });
const said = (): Posted[] => discord.posts().filter(({ message }) => message.author.bot);
const repliesTo = (id: string) => said().filter(({ message }) => message.message_reference?.message_id === id);
const postWith = (text: string | RegExp, after = 0) =>
  until(`a message with ${text}`, () =>
    said()
      .slice(after)
      .find(({ message }) => (typeof text === 'string' ? message.content.includes(text) : text.test(message.content))),
  );
const isDeleted = (id: string) => discord.posts().some(({ message, deleted }) => message.id === id && deleted);
const shown = (text: string) => discord.messages().filter(({ content }) => content === text);

/** An update as TARS sends it. */
async function send(body: unknown, id?: string): Promise<{ status: number; body: unknown; retryAfter: string | null }> {
  const answer = await fetch(`${n8n.url}/webhook/discord-updates`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(id === undefined ? {} : { 'webhook-id': id }) },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text), retryAfter: answer.headers.get('retry-after') };
}
/** The same, as patiently as TARS: the bot may write five times in five seconds. */
const sendUntilTaken = (body: unknown, id?: string) =>
  until('Discord to take it', async () => {
    const answer = await send(body, id);
    return answer.status === 429 ? null : answer;
  });
/** As a person at a terminal, or a browser, would ask; what is answered. */
async function curl(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--fail', ...args]);
  return stdout;
}
const ready = (text: string, more: object = {}) => ({
  target: 'discord',
  task_id: 'k2x9',
  type: 'progress',
  message: text,
  discord: { content: text, allowed_mentions: { parse: [] } },
  ...more,
});

test('the test line of the manual, word for word, stands in the channel', async () => {
  const line = ['-X', 'POST', `${n8n.url}/webhook/discord-updates`, '-H', 'Content-Type: application/json'];
  await curl(...line, '-d', '{"task_id": "test", "type": "progress", "message": "Test message"}');
  expect(shown('Test message')).toHaveLength(1);
});

test('tars doctor sends a test update, which stands in the channel, and says that n8n took it', async () => {
  // On a machine that is busy with other things n8n may take longer than the doctor waits.
  await until('the doctor to be content', async () => /n8n at \S+ took a test update \(200\)/.test((await stage.tars(['doctor'])).stdout));
  expect(said().at(-1)?.message.content).toContain('TARS doctor');
});

test('a repeated webhook-id is dropped, a type of next year is passed on, and what has another target is not', async () => {
  const first = await sendUntilTaken(ready('once'), 'k2x9:1:n8n');
  expect(first).toMatchObject({ status: 200, body: { status: 'posted', message_id: shown('once')[0]?.id } });
  expect(await sendUntilTaken(ready('twice', { type: 'of next year' }), 'k2x9:2:n8n')).toMatchObject({ status: 200 });
  for (const id of ['k2x9:1:n8n', 'k2x9:2:n8n', 'k2x9:1:n8n'])
    expect(await sendUntilTaken(ready('once again'), id)).toMatchObject({ status: 200, body: { status: 'seen before' } });
  expect(await sendUntilTaken({ ...ready('for Telegram'), target: 'telegram' })).toMatchObject({
    status: 200,
    body: { status: 'ignored' },
  });
  expect([shown('once').length, shown('twice').length, shown('once again').length, shown('for Telegram').length]).toEqual([1, 1, 0, 0]);
});

test('what Discord does not take now is to be sent again, what it cannot read is not, and a lost answer posts nothing twice', async () => {
  // The workflows that read the channel meet the same failures, and go on.
  discord.faults({ status: 429, retry_after: 2 });
  expect(await send(ready('later'), 'k2x9:3:n8n')).toMatchObject({ status: 429, retryAfter: '2' });
  discord.faults({ status: 500 });
  expect(await sendUntilTaken(ready('later'), 'k2x9:3:n8n')).toMatchObject({ status: 503, retryAfter: '5' });
  discord.faults({});
  expect(await sendUntilTaken(ready('later'), 'k2x9:3:n8n')).toMatchObject({ status: 200, body: { status: 'posted' } });
  discord.faults({ lose_answer: true });
  expect(await sendUntilTaken(ready('answered in vain'), 'k2x9:4:n8n')).toMatchObject({ status: 503 });
  discord.faults({});
  expect(await sendUntilTaken(ready('answered in vain'), 'k2x9:4:n8n')).toMatchObject({ status: 200, body: { status: 'posted' } });
  expect(await sendUntilTaken(ready('x', { discord: { content: 'x'.repeat(2_001) } }), 'k2x9:5:n8n')).toMatchObject({ status: 422 });
  expect([shown('later').length, shown('answered in vain').length]).toEqual([1, 1]);
});

test('a card is one message that changes; what should be told is a message beside it; a deleted card comes back', async () => {
  const card = (version: number, notify = false) => ({
    ...ready(`beside ${version}`),
    card: {
      key: 'k2x9',
      op: version === 1 ? 'post' : 'edit',
      version,
      notify,
      message: { content: `version ${version}`, allowed_mentions: { parse: [] } },
    },
  });
  const versionsOf = (at: number) =>
    discord
      .posts()
      .filter(({ versions }) => versions[0]?.content.startsWith('version'))
      [at]?.versions.map(({ content }) => content);
  await sendUntilTaken(card(1), 'k2x9:11:n8n');
  await sendUntilTaken(card(3, true), 'k2x9:12:n8n');
  await sendUntilTaken(card(2), 'k2x9:13:n8n');
  expect(versionsOf(0)).toEqual(['version 1', 'version 3']);
  expect([shown('beside 1').length, shown('beside 2').length, shown('beside 3').length]).toEqual([0, 0, 1]);
  const [there] = shown('version 3');
  await fetch(`${discord.url}/api/v10/channels/${FAKE_DISCORD.channelId}/messages/${there?.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bot ${FAKE_DISCORD.botToken}` },
  });
  await sendUntilTaken(card(4), 'k2x9:14:n8n');
  await sendUntilTaken(card(5), 'k2x9:15:n8n');
  expect(versionsOf(1)).toEqual(['version 4', 'version 5']);
});

/** The sequence of each message of a task that stands in the channel, in the channel's order. */
const told = (id: string): number[] =>
  said().flatMap(({ message }) => {
    const [task, sequence] = String(message.nonce ?? '').split(':');
    return task === id ? [Number(sequence)] : [];
  });

/** The sequence of every event that is told in detailed mode. */
const worthTelling = async (id: string): Promise<number[]> =>
  (await stage.store.events(id)).flatMap(({ seq, event }) => {
    const isEnd = event.type === 'phase.entered' && LAST_PHASES.includes(event.phase);
    return isEnd || sentenceOf(id, event) === null ? [] : [seq];
  });

/** A calculator project as the story finds it; the task that a typed command started in it. */
async function startedByCommand(name: string, more = ''): Promise<{ id: string; project: string; command: string }> {
  const scenario = await readScenario(shippedScenario('calculator'));
  const project = await stage.project(name, scenario.project_files ?? {});
  const { id: command } = discord.say({ content: `build a calculator with tests in ${name}${more}` });
  const [answer] = await until('an answer to the command', () => {
    const replies = repliesTo(command);
    return replies.length > 0 ? replies : null;
  });
  const id = /Started autonomous coding task #(\w{4}) in background, sir\./.exec(answer?.message.content ?? '')?.[1];
  if (id === undefined) throw new Error(`No task was started: ${answer?.message.content}`);
  return { id, project, command };
}

test('a whole task by Discord: a command starts it, its messages come once and in order, a wrong code is told, the right one releases the command', async () => {
  // Until something waits nobody looks for replies.
  expect(discord.requests().filter(({ path }) => path.includes('after='))).toEqual([]);
  await tarsUp();
  discord.say({ content: 'build something else in calculator', author: STRANGER });
  const { id, project, command } = await startedByCommand('calculator');

  const asked = await postWith(`Background Task #${id} Needs Confirmation`);
  expect(asked.message.content).toContain('rm old_backup.js');
  const before = said().length;
  const stranger = discord.say({ content: CODE, author: STRANGER });
  const wrong = discord.say({ content: '0000', reply_to: asked.message.id });
  const refused = await postWith(/tries|try/i, before);
  expect(refused.message.content).toMatch(/4/);
  await until('the wrong code to be deleted', () => isDeleted(wrong.id));
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);

  const talk = discord.say({ content: 'looks good so far' });
  const right = discord.say({ content: CODE });
  await postWith('Confirmation received', before);
  await until('the code to be deleted', () => isDeleted(right.id));
  await postWith('🎉 Task complete!', before);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  expect(isDeleted(talk.id) || isDeleted(stranger.id) || isDeleted(command)).toBe(false);
  expect(repliesTo(talk.id)).toEqual([]);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');

  expect(told(id)).toEqual(await worthTelling(id));
  expect(discord.posts().flatMap(({ pinged }) => pinged)).toEqual([]);
  expect(await stage.store.list()).toHaveLength(1);
});

test('by form: the code never stands in the channel; a wrong one is told, and the same form takes the right one', async () => {
  const { id, project } = await startedByCommand('by-form', ' with minimal updates');
  const link = await postWith(`Task #${id}: [give the code here]`);
  const address = /\(<(http[^>]+)>\)/.exec(link.message.content)?.[1] ?? '';
  // Between the link and the form n8n leaves a reader waiting for a moment; whoever asks again gets it.
  const opened = () =>
    until('the form', async () => (await curl('--max-time', '5', address)).includes(`Task #${id} waits for your confirmation code`));
  await opened();
  const before = said().length;
  await curl('-F', 'field-0=0000', address);
  await postWith('The same form takes another try.', before);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
  await opened();
  await curl('-F', `field-0=${CODE}`, address);
  await postWith('Confirmation received', before);
  await postWith('🎉 Task complete!', before);
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  expect(JSON.stringify(discord.requests().slice(-40))).not.toContain(CODE);
});

test('other commands: the tasks, one of them, a word to it, and its end; each is answered once', async () => {
  const { id } = await startedByCommand('commanded', ' with minimal updates');
  await postWith(`Background Task #${id} Needs Confirmation`);
  const answered = async (content: string) => {
    const { id: typed } = discord.say({ content });
    const [answer] = await until(`an answer to ${content}`, () => (repliesTo(typed).length > 0 ? repliesTo(typed) : null));
    return { typed, text: answer?.message.content ?? '' };
  };
  const status = await answered(`status ${id}`);
  expect(status.text).toMatch(new RegExp(`^Task #${id}: started\\nGoal: build a calculator with tests`));
  expect(status.text).toContain('Waiting for confirmation code for command: rm old_backup.js');
  expect((await answered('tasks')).text).toContain(id);
  expect((await answered(`tell ${id} keep it small`)).text).toContain(id);
  // Where that takes longer than two seconds, it is said so.
  expect((await answered(`cancel ${id}`)).text).toMatch(new RegExp(`^Task ${id} (is being )?cancelled, sir`));
  await stage.taskThat(id, 'is cancelled', ({ state }) => state === 'cancelled');
  expect(repliesTo(status.typed)).toHaveLength(1);
});

test('a whole task as a card: one message shows how it goes to its end, and only what somebody should hear of is a message beside it', async () => {
  await tarsUp({ FEED_STYLE: 'card' });
  const { id } = await startedByCommand('as-a-card');
  const asked = await postWith(`Background Task #${id} Needs Confirmation`);
  const before = said().length;
  discord.say({ content: CODE, reply_to: asked.message.id });
  await postWith('🎉 Task complete!', before);
  const cards = () => said().filter(({ message }) => String(message.nonce).startsWith(`card ${id}:`));
  await until('the card to show the end', () => cards()[0]?.versions.at(-1)?.embeds[0]?.title === `#${id} 🎉 Complete`);
  expect(cards()).toHaveLength(1);
  expect(cards()[0]?.versions.length).toBeGreaterThan(3);
  const notified = (await stage.store.events(id)).flatMap(({ seq, event }) =>
    ['confirmation.requested', 'confirmation.reminded', 'confirmation.answered', 'task.finished'].includes(event.type) ? [seq] : [],
  );
  expect(told(id)).toEqual(notified);
});
