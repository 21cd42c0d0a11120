import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { createN8nChannel } from './n8n/channel.js';
import { readableLogger } from './testing/logger.js';
import { event } from './testing/story.js';
import { createWorld, edit, editing, type World } from './testing/world.js';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const END = '🎉 Task complete!\nAll tests passed, code formatted and ready.';
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

/** A task with this much to tell: its start, then `before` edits, a request for a code, its denial, `after` edits, its end. */
async function longTask(before: number, after: number): Promise<void> {
  const { startTask, happens } = world;
  await startTask('a7f3');
  await happens('a7f3', ...numbers(before).map(edit));
  await happens('a7f3', event('confirmation.requested'), event('confirmation.answered', { outcome: 'denied', grant: null }));
  await happens('a7f3', ...numbers(after, before).map(edit), event('task.finished'));
}

test('after a long absence progress comes in digests: everything once, in order, and what a person must see by itself', async () => {
  const { startRelay, idle, told, ids, n8n } = world;
  await longTask(150, 100);
  await startRelay();
  await idle();
  const messages = told('a7f3');
  expect(messages.join('\n').match(/Editing \d+/g)).toEqual(numbers(250).map((number) => `Editing ${number}`));
  expect(messages.length).toBeLessThan(100);
  expect(messages.filter((text) => /Needs Confirmation/.test(text))).toHaveLength(1);
  expect(messages.at(-1)).toBe(END);
  expect(new Set(ids()).size).toBe(ids().length);
  const bodies = n8n
    .deliveries()
    .map(({ body }) => body as { type: string; message: string; sequence: number; discord: { content: string } });
  const digest = bodies.find(({ message }) => message.includes('\n✏️'));
  expect(digest).toMatchObject({ type: 'progress', phase: 'started' });
  expect(digest?.discord.content).toBe(digest?.message);
});

test('a reader who is a little behind gets every message by itself', async () => {
  const { startTask, happens, startRelay, idle, told } = world;
  await startTask('a7f3');
  await happens('a7f3', ...numbers(60).map(edit));
  await startRelay();
  await idle();
  expect(told('a7f3').slice(1)).toEqual(editing(...numbers(60)));
});

test('a digest whose answer got lost is repeated as it was, under its id, whatever has come since and whoever repeats it', async () => {
  const { startTask, happens, startRelay, idle, told, n8n, outbox } = world;
  await startTask('a7f3');
  await happens('a7f3', ...numbers(130).map(edit));
  const channel = createN8nChannel({
    ...{ url: n8n.url, secret: null, token: null, redact: (text) => text, hideCommandOutput: false, mentionUser: null },
    logger: readableLogger().logger,
  });
  const first = await startRelay({
    channel: {
      ...channel,
      async deliver(delivery, signal) {
        const outcome = await channel.deliver(delivery, signal);
        return delivery.earlier === undefined || delivery.earlier.length === 0 ? outcome : { kind: 'later' };
      },
    },
  });
  const isDigest = (text: string) => text.includes('\n');
  await waitUntil(() => told('a7f3').some(isDigest));
  await first.stop();
  const lost = n8n.deliveries().filter(({ body }) => isDigest((body as { message: string }).message));
  await happens('a7f3', ...numbers(100, 130).map(edit), event('task.finished'));
  await startRelay();
  await idle();
  const again = n8n.deliveries().filter(({ headers }) => headers['webhook-id'] === lost[0]?.headers['webhook-id']);
  expect(again.length).toBeGreaterThan(1);
  for (const { body } of again) expect(body).toEqual(lost[0]?.body);
  const once = new Map(n8n.deliveries().map(({ headers, body }) => [headers['webhook-id'], (body as { message: string }).message]));
  expect([...once.values()].join('\n').match(/Editing \d+/g)).toEqual(numbers(230).map((number) => `Editing ${number}`));
  expect(await outbox.refusals()).toEqual([]);
});

test('a single message whose answer got lost is repeated alone, however much has come since', async () => {
  const { startTask, happens, startRelay, idle, told, ids, n8n, outbox } = world;
  await startTask('a7f3');
  await happens('a7f3', edit(0));
  await outbox.advance('a7f3', 2, 1);
  n8n.faults({ lose_answer: true });
  const first = await startRelay();
  await waitUntil(() => told('a7f3').length > 0);
  await first.stop();
  n8n.faults({});
  const tried = told('a7f3').length;
  await happens('a7f3', ...numbers(130, 1).map(edit));
  await startRelay();
  await idle();
  expect(ids().slice(0, tried + 1)).toEqual(numbers(tried + 1).map(() => 'a7f3:3:n8n'));
  expect(told('a7f3')[tried]).toBe('✏️ Editing 0');
  expect(
    told('a7f3')
      .slice(tried)
      .join('\n')
      .match(/Editing \d+/g),
  ).toHaveLength(131);
});

test('a version of a card whose answer got lost is repeated as it was, however much has come since', async () => {
  const { startTask, happens, startRelay, idle, ids, n8n, outbox } = world;
  await startTask('a7f3');
  await happens('a7f3', edit(0));
  await outbox.advance('a7f3', 2, 1);
  n8n.faults({ lose_answer: true });
  const first = await startRelay({ style: 'card' });
  await waitUntil(() => ids().length > 0);
  await first.stop();
  n8n.faults({});
  const tried = ids().length;
  await happens('a7f3', ...numbers(5, 1).map(edit));
  await startRelay({ style: 'card' });
  await idle();
  expect(ids()).toEqual([...numbers(tried + 1).map(() => 'a7f3:3:n8n'), 'a7f3:8:n8n']);
  const bodies = n8n.deliveries().map(({ body }) => body);
  for (const body of bodies.slice(0, tried + 1)) expect(body).toEqual(bodies[0]);
});

test('a card that rests is changed at once for what a person must see, with all that came before', async () => {
  const { startTask, happens, startRelay, n8n } = world;
  // Ten times slower than in life: it would rest for half a minute.
  await startRelay({ style: 'card', speed: 0.1 });
  await startTask('a7f3');
  await n8n.waitFor(() => true);
  await happens('a7f3', edit(1), edit(2));
  await happens('a7f3', event('confirmation.requested'));
  const { body } = await n8n.waitFor(({ body }) => (body as { type: string }).type === 'confirmation_request', 10_000);
  expect(body).toMatchObject({ card: { notify: true } });
  expect(JSON.stringify(body)).toMatch(/Editing 1\\n.*Editing 2\\n.*Needs Confirmation/);
  expect(n8n.deliveries()).toHaveLength(2);
});
