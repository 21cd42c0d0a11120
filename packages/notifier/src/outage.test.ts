// An n8n that is away for long, or changes its moods: nothing is lost, nothing comes out of order, and a repeat is the same message.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type N8nFaultInput, waitUntil } from '@tars/testkit';
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
