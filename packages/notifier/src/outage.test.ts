// An n8n that is away for long, or changes its moods: nothing is lost, nothing comes out of order, and a repeat is the same message.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type N8nFaultInput, seededRandom, waitUntil } from '@tars/testkit';
import { event } from './testing/story.js';
import { createWorld, edit, editing, type World } from './testing/world.js';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const END = '🎉 Task complete!\nAll tests passed, code formatted and ready.';
const started = (id: string) => `🚀 Started background task #${id}: build a calculator`;
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
/** A thousand times quicker than in life: a second is a millisecond, an hour three and a half seconds. */
const QUICK = { firstMs: 1, capMs: 60 };

/** The texts of a task without repeats, each of which must be what was sent before under its id. */
function toldOnce(id: string): string[] {
  const first = new Map<string, unknown>();
  for (const { headers, body } of world.n8n.deliveries()) {
    const messageId = String(headers['webhook-id']);
    if (first.has(messageId)) expect(body).toEqual(first.get(messageId));
    else first.set(messageId, body);
  }
  return ([...first.values()] as { task_id: string; message: string }[]).flatMap((body) => (body.task_id === id ? [body.message] : []));
}

test('after an hour without n8n everything is told, and n8n was not besieged meanwhile', async () => {
  const { startTask, happens, startRelay, idle, n8n } = world;
  const tasks = ['a7f3', 'c2k9', 'f4h7'];
  n8n.faults({ status: 503 });
  for (const id of tasks) await startTask(id);
  await startRelay({ backoff: QUICK });
  const awaySince = performance.now();
  for (const id of tasks) await happens(id, ...numbers(10).map(edit), event('task.finished'));
  await waitUntil(() => performance.now() - awaySince > 3_600, { timeoutMs: 10_000, what: 'an hour' });
  // Six tries until the pause is a minute long, then one a minute at most.
  for (const id of tasks) expect(n8n.attempts().filter(({ body }) => (body as { task_id: string }).task_id === id).length).toBeLessThan(70);
  n8n.faults({});
  await idle();
  for (const id of tasks) expect(toldOnce(id)).toEqual([started(id), ...editing(...numbers(10)), END]);
  expect(n8n.deliveries()).toHaveLength(tasks.length * 12);
}, 20_000);

const MOODS: readonly N8nFaultInput[] = [
  { status: 500, times: 2 },
  { delay_ms: 30, times: 2 },
  { cut: true, times: 1 },
  { lose_answer: true, times: 2 },
  { refuse_ms: 60 },
  { drop: true, times: 1 },
  { status: 429, retry_after: 0, times: 2 },
  { delay_ms: 400, times: 1 },
];

test('whatever mood n8n is in, and with two relays: all is told in order, and a repeat is the same message again', async () => {
  const { startTask, happens, startRelay, idle, n8n } = world;
  const tasks = ['a7f3', 'c2k9', 'f4h7', 'h5k8'];
  for (const id of tasks) await startTask(id);
  await Promise.all([startRelay({ backoff: QUICK, timeoutMs: 200, slots: 2 }), startRelay({ backoff: QUICK, timeoutMs: 200, slots: 2 })]);
  for (const [index, mood] of [...MOODS, ...MOODS].entries()) {
    n8n.faults(mood);
    const before = n8n.attempts().length;
    for (const id of tasks) await happens(id, edit(index));
    if (mood.refuse_ms === undefined) await waitUntil(() => n8n.attempts().length > before, { what: 'a try' });
  }
  for (const id of tasks) await happens(id, event('task.finished'));
  n8n.faults({});
  await idle();
  for (const id of tasks) expect(toldOnce(id)).toEqual([started(id), ...editing(...numbers(2 * MOODS.length)), END]);
}, 30_000);

type Told = { task_id: string; type: string; sequence: number; message: string; card?: { version: number } };
const editsIn = ({ message }: Told): number[] => [...message.matchAll(/Editing (\d+)/g)].map(([, name]) => Number(name));

/** Two hundred times quicker than in life: ten minutes are three seconds, a mood of n8n lasts from two seconds to a minute. */
const STORM_MS = 3_000;
const moodMs = (random: () => number) => 10 + random() * 290;
const SLOW_MS = 300;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test.each(['messages', 'card'] as const)(
  'ten minutes of failing, busy, slow, cut and doubled deliveries (%s): order kept, each ending once, and no task is slower',
  async (style) => {
    const { startTask, happens, startRelay, idle, n8n } = world;
    const tasks = ['a7f3', 'c2k9', 'f4h7', 'h5k8'];
    const random = seededRandom(7);
    const commits = { calm: [] as number[], storm: [] as number[] };
    const work = async (kind: keyof typeof commits, name: number) => {
      for (const id of tasks) {
        const begin = performance.now();
        await happens(id, edit(name));
        commits[kind].push(performance.now() - begin);
      }
    };
    for (const id of tasks) await startTask(id);
    await startRelay({ backoff: QUICK, timeoutMs: 200, style, speed: 200 });
    for (const name of numbers(15)) await work('calm', name);

    const until = performance.now() + STORM_MS;
    let next = 0;
    for (let name = 15; performance.now() < until; name += 1) {
      if (performance.now() >= next) {
        const moods: N8nFaultInput[] = [
          { status: 500 },
          { status: 429, retry_after: 0 },
          { delay_ms: SLOW_MS },
          { cut: true },
          { lose_answer: true },
          {},
        ];
        n8n.faults(moods[Math.floor(random() * moods.length)] ?? {});
        next = performance.now() + moodMs(random);
      }
      await work('storm', name);
    }
    for (const id of tasks) await happens(id, event('task.finished'));
    n8n.faults({});
    await idle();

    const first = new Map<string, Told>();
    for (const { headers, body } of n8n.deliveries()) {
      const id = String(headers['webhook-id']);
      if (first.has(id)) expect(body).toEqual(first.get(id));
      else first.set(id, body as Told);
    }
    expect(n8n.deliveries().length).toBeGreaterThan(first.size);
    for (const id of tasks) {
      const told = [...first.values()].filter(({ task_id }) => task_id === id);
      const order = told.map(({ sequence }) => sequence);
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(told.filter(({ type }) => type === 'task_complete')).toHaveLength(1);
      expect(told.at(-1)?.type).toBe('task_complete');
      if (style === 'card') expect(told.map(({ card }) => card?.version)).toEqual(order);
      // A relay that is far behind tells several edits in one message, and still each of them once and in order.
      else expect(told.flatMap(editsIn)).toEqual(numbers((commits.calm.length + commits.storm.length) / tasks.length));
    }
    expect(median(commits.storm)).toBeLessThan(5 * median(commits.calm) + 20);
  },
  30_000,
);
