import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buttonId } from '@tars/core';
import { type FakeDiscord, type Interaction, startFakeDiscord } from '@tars/testkit';
import { type StartedApi, startApi } from '../start.js';
import { CODE, SHARED, useApi } from '../testing/use-api.js';

const OWNER = '123456789012345678';
const world = useApi();
let discord: FakeDiscord;
let stranger: FakeDiscord;
let api: StartedApi;
const serve = (users: string[] | null): Promise<StartedApi> => {
  const config = {
    ...world.sharedSettings(),
    discordPublicKey: discord.publicKey,
    discordUsers: users,
    bindAddress: '127.0.0.1',
    webhookPort: 0,
  };
  return startApi({ ...world.control, config, logger: world.logger });
};
beforeAll(async () => {
  [discord, stranger] = await Promise.all([startFakeDiscord(), startFakeDiscord()]);
  api = await serve([OWNER]);
});
afterAll(() => Promise.all([api.close(), discord.close(), stranger.close()]));

const HOOK = '/webhook/discord-interactions';
const by = (user: string) => ({
  member: { user: { id: user, username: 'somebody' }, roles: [] },
  token: 't',
  version: 1,
  application_id: '1',
});
const send = (interaction: Interaction, { from = discord, to = api, at = Date.now() } = {}) =>
  from.interact(`${to.url}${HOOK}`, interaction, at);
const pressed = (custom_id: string, user = OWNER): Interaction => ({
  type: 3,
  id: '9',
  ...by(user),
  data: { component_type: 2, custom_id },
});
const typed = (custom_id: string, value: string, user = OWNER): Interaction => ({
  type: 5,
  id: '10',
  ...by(user),
  data: { custom_id, components: [{ type: 1, components: [{ type: 4, custom_id: 'text', value }] }] },
});
type Whisper = { type: number; data: { content: string; flags: number } };
const said = ({ body }: { body: unknown }): string => {
  expect(body).toMatchObject({ type: 4, data: { flags: 64, allowed_mentions: { parse: [] } } });
  return (body as Whisper).data.content;
};
const stateOf = async (id: string) => (await world.control.store.read(id))?.confirmation?.id ?? null;

test('a ping is answered', async () => {
  expect(await send({ type: 1 })).toMatchObject({ status: 200, body: { type: 1 } });
});

test('Approve asks for the code in a form, and the code approves: nobody else sees either', async () => {
  const { id, confirmationId } = await world.waiting();
  const button = buttonId({ wish: 'approve', taskId: id, confirmationId });
  const form = await send(pressed(button));
  expect(form.body).toMatchObject({
    type: 9,
    data: {
      custom_id: button,
      title: `Task #${id}`,
      components: [{ components: [{ type: 4, style: 1, label: 'Confirmation code', required: true }] }],
    },
  });
  const wrong = await send(typed(button, '0000'));
  expect(said(wrong)).toBe('That code is not right, sir. 4 tries are left; the command still waits.');
  const right = await send(typed(button, ` ${CODE.slice(0, 2)} ${CODE.slice(2)}`));
  expect(said(right)).toBe(`Confirmation code received for task ${id}, sir. The background task will continue.`);
  expect(right.ms).toBeLessThan(3_000);
  expect(await stateOf(id)).toBeNull();
  expect(said(await send(typed(button, CODE)))).toBe('That was answered already, sir. It was approved before.');
});

test('Deny takes a reason, which reaches the agent, and needs none', async () => {
  for (const because of ['keep it', '']) {
    const { id, confirmationId } = await world.waiting();
    const button = buttonId({ wish: 'deny', taskId: id, confirmationId });
    expect((await send(pressed(button))).body).toMatchObject({
      type: 9,
      data: { components: [{ components: [{ style: 2, required: false }] }] },
    });
    expect(said(await send(typed(button, because)))).toBe(`Denied, sir. Task ${id} goes on without that command.`);
    const last = (await world.control.store.events(id)).at(-1);
    expect(last?.event).toMatchObject({ type: 'confirmation.answered', outcome: 'denied', channel: 'discord', feedback: because || null });
  }
});

test('a form in the newer shape is read as well', async () => {
  const { id, confirmationId } = await world.waiting();
  const custom_id = buttonId({ wish: 'approve', taskId: id, confirmationId });
  const data = { custom_id, components: [{ type: 18, component: { type: 4, custom_id: 'text', value: CODE } }] };
  expect(said(await send({ type: 5, ...by(OWNER), data }))).toContain('received');
});

test('the right code from somebody else approves nothing, and their no denies nothing', async () => {
  const { id, confirmationId } = await world.waiting();
  const stranger = '999999999999999999';
  for (const wish of ['approve', 'deny'] as const) {
    const button = buttonId({ wish, taskId: id, confirmationId });
    expect(said(await send(pressed(button, stranger)))).toBe('Only the owner may answer here.');
    expect(said(await send(typed(button, CODE, stranger)))).toBe('Only the owner may answer here.');
  }
  expect(await stateOf(id)).toBe(confirmationId);
});

test('where no user is named nobody may answer', async () => {
  const nobody = await serve(null);
  const { id, confirmationId } = await world.waiting();
  const button = buttonId({ wish: 'approve', taskId: id, confirmationId });
  expect(said(await send(typed(button, CODE), { to: nobody }))).toMatch(/DISCORD_USERS/);
  expect(await stateOf(id)).toBe(confirmationId);
  await nobody.close();
});

test('what Discord has not signed for this application, or long ago, is refused', async () => {
  const { id, confirmationId } = await world.waiting();
  const yes = typed(buttonId({ wish: 'approve', taskId: id, confirmationId }), CODE);
  expect((await send(yes, { from: stranger })).status).toBe(401);
  expect((await send(yes, { at: Date.now() - 301_000 })).status).toBe(401);
  expect((await send(yes, { at: Date.now() + 302_000 })).status).toBe(401);
  const unsigned = await fetch(`${api.url}${HOOK}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${SHARED.WEBHOOK_TOKEN}` },
    body: JSON.stringify(yes),
  });
  expect(unsigned.status).toBe(401);
  expect(await stateOf(id)).toBe(confirmationId);
});

test('a repeated request gets the same answer, and does nothing again', async () => {
  const { id, confirmationId } = await world.waiting();
  const wrong = typed(buttonId({ wish: 'approve', taskId: id, confirmationId }), '0000');
  const at = Date.now();
  const first = said(await send(wrong, { at }));
  expect(first).toContain('4 tries are left');
  expect(said(await send(wrong, { at }))).toBe(first);
  expect(said(await send(wrong, { at: at - 1_000 }))).toContain('3 tries are left');
});

test.each(['tars:erase:a7f3:x', 'other', ''])('a button that is none of ours (%j) does nothing', async (custom_id) => {
  expect(said(await send(pressed(custom_id)))).toBe('That button is not known here, sir.');
});

test('without the public key there is no such route', async () => {
  expect((await send({ type: 1 }, { to: world.api })).status).toBe(404);
});
