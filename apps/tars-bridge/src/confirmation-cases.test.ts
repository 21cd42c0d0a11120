// The cases of the confirmation's threat list that are about talking, each under its number.
import { expect, test } from '@jest/globals';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();
const answered = async (id: string) =>
  (await host().store.events(id)).flatMap(({ event }) => (event.type === 'confirmation.answered' ? [event.outcome] : []));

async function waiting() {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().askForCode(id);
  return { bridge, id };
}

const post = (body: unknown) =>
  new Request('http://127.0.0.1/webhook/background-confirmation', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('C16 yes by voice and by Discord at once is one transition, and both hear that it goes on or is answered', async () => {
  const { bridge, id } = await waiting();
  const [heard, posted] = await Promise.all([
    bridge.hear(CODE, SESSION),
    bridge.fetch(post({ reply_text: CODE, source: 'discord', task_id: id })),
  ]);
  expect(await answered(id)).toEqual(['approved']);
  const winners = [heard.reply?.includes('will continue') === true, posted.status === 200];
  expect(winners.filter(Boolean)).toHaveLength(1);
  expect(`${heard.reply} ${JSON.stringify(await posted.json())}`).toMatch(/not waiting for a confirmation code|was answered already/);
});

test('C16 yes on one channel and no on the other at once: the no holds', async () => {
  const { bridge, id } = await waiting();
  await Promise.all([bridge.hear(CODE, SESSION), bridge.fetch(post({ reply_text: 'no', source: 'discord', task_id: id }))]);
  expect(await host().store.read(id)).toMatchObject({ confirmation: null, grant: null });
  expect((await answered(id)).at(-1)).toBe('denied');
});

test.each([
  'four seven one tree',
  'four seven one',
  'forty seven nineteen or forty eight',
  'it was 1987 back then',
  'that costs 47,19 dollars',
  'is it 4719?',
])('C19 %j is never taken for the nearest code', async (utterance) => {
  const { bridge, id } = await waiting();
  await bridge.hear(utterance, SESSION);
  expect((await host().store.read(id))?.confirmation).not.toBeNull();
  expect(await answered(id)).toEqual([]);
});

test('C20 a code inside a goal or a message is taken out of it and confirms nothing', async () => {
  const { bridge, id } = await waiting();
  const project_path = `${host().project}-too`;
  const { task } = await bridge.call('start_autonomous_coding', { goal: `tidy up, my code is ${CODE}`, project_path }, SESSION);
  expect(task?.goal).toBe('tidy up, my code is [redacted]');
  await bridge.hear(`please build a clock with the number ${CODE} on its face`, SESSION);
  expect((await host().store.read(id))?.confirmation).not.toBeNull();
});
