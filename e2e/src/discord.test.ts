// A whole task on Discord by itself, without n8n: one card, and a code given by a button.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FAKE_DISCORD, type FakeDiscord, startFakeDiscord } from '@tars/testkit';
import { deleteBackup, NODE_PROJECT } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let discord: FakeDiscord;
let stage: Stage | null = null;
beforeEach(async () => {
  discord = await startFakeDiscord({ isApplicationOwned: true });
});
afterEach(async () => {
  await stage?.close();
  stage = null;
  await discord.close();
});

test('a task is one card from start to end, Approve asks for the code in a form, and the code stands in no channel', async () => {
  const given = await openStage(
    { conversations: [{ name: 'clean up', turns: deleteBackup }] },
    {
      N8N_WEBHOOK_URL: '',
      DISCORD_WEBHOOK_URL: discord.webhookUrl,
      DISCORD_PUBLIC_KEY: discord.publicKey,
      DISCORD_BUTTONS: 'true',
      DISCORD_MENTION_USER: FAKE_DISCORD.userId,
      FEED_STYLE: 'card',
    },
  );
  stage = given;
  const project = await given.project('sums', { 'old_backup.js': NODE_PROJECT['old_backup.js'] });
  const api = await given.up();
  const { stdout } = await given.tars(['start', 'Clean up', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;

  const asked = () => discord.messages().find(({ components }) => components.length > 0);
  await given.until('the request with its buttons', () => asked() !== undefined);
  const press = (type: number, data: object) =>
    discord.interact(`${api}/webhook/discord-interactions`, { type, data, member: { user: { id: FAKE_DISCORD.userId } } });
  const custom_id = asked()?.components[0]?.components.find(({ label }) => label === 'Approve')?.custom_id ?? '';
  expect(await press(3, { custom_id })).toMatchObject({ status: 200, body: { type: 9, data: { title: `Task #${id}` } } });
  expect(existsSync(join(project, 'old_backup.js'))).toBe(true);
  const answered = await press(5, { custom_id, components: [{ type: 1, components: [{ type: 4, custom_id: 'text', value: CODE }] }] });
  expect(answered.body).toMatchObject({ type: 4, data: { flags: 64, content: expect.stringMatching(/^Confirmation code received/) } });
  expect(answered.ms).toBeLessThan(3_000);

  await given.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  const card = () => discord.posts().find(({ versions }) => versions.length > 1 && versions[0]?.content.startsWith('🚀'));
  await given.until('the last version of the card', () => card()?.message.embeds[0]?.title === `#${id} 🎉 Done, not verified`);
  const contents = discord.messages().map(({ content }) => content.split('\n')[0]);
  expect(contents).toEqual([
    `🚀 Started background task #${id}: Clean up`,
    expect.stringContaining(`⚠️ Background Task #${id} Needs Confirmation`),
    `✅ Confirmation code received! Task #${id} will continue.`,
    '🎉 Task complete!',
  ]);
  expect(discord.posts().flatMap(({ pinged }) => pinged)).toEqual([FAKE_DISCORD.userId]);
  expect(asked()).toBeUndefined();
  expect(JSON.stringify(discord.requests())).not.toContain(CODE);
});
