// The feed under an n8n that is away, that takes messages without saying so, and under a notifier that is killed.
import { afterEach, expect, test } from '@jest/globals';
import { describe as sentenceOf } from '@tars/core';
import { keys } from '@tars/core/redis';
import { mendNode, NODE_PROJECT } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const LAST_PHASES: readonly string[] = ['complete', 'error', 'timeout'];

async function start(given: Stage): Promise<string> {
  const project = await given.project('sums', NODE_PROJECT);
  const { stdout } = await given.tars(['start', 'Make the tests pass', '--project', project, '--json']);
  return JSON.parse(stdout).task_id;
}

/** The sequence of every event that is told in detailed mode. */
const worthTelling = async (given: Stage, id: string): Promise<number[]> =>
  (await given.store.events(id)).flatMap(({ seq, event }) => {
    const isEnd = event.type === 'phase.entered' && LAST_PHASES.includes(event.phase);
    return isEnd || sentenceOf(id, event) === null ? [] : [seq];
  });

/** The first delivery of each message, in order; that its repeats are the same message is seen to. */
function firsts(given: Stage): { sequence: number; message: string }[] {
  const seen = new Map<string, unknown>();
  for (const { headers, body } of given.n8n.deliveries()) {
    const id = String(headers['webhook-id']);
    if (seen.has(id)) expect(body).toEqual(seen.get(id));
    else seen.set(id, body);
  }
  return [...seen.values()] as { sequence: number; message: string }[];
}

test('n8n is away for a whole task: the task is no slower, and once n8n is back all of it is told in order, nothing twice', async () => {
  stage = await openStage({ conversations: [{ name: 'mend', turns: mendNode }] });
  stage.n8n.faults({ status: 503 });
  stage.spawnTars(['notifier']);
  stage.spawnTars(['worker']);
  const id = await start(stage);
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(stage.n8n.deliveries()).toEqual([]);
  stage.n8n.faults({});
  await stage.fullFeed(id);
  expect(firsts(stage).map(({ sequence }) => sequence)).toEqual(await worthTelling(stage, id));
  expect(stage.n8n.deliveries()).toHaveLength(firsts(stage).length);
});

test('a notifier killed between a delivery and its note of it: another goes on, and what is repeated carries the same id', async () => {
  const given = await openStage({ conversations: [{ name: 'mend', turns: mendNode }] });
  stage = given;
  given.n8n.faults({ lose_answer: true });
  const killed = given.spawnTars(['notifier']);
  const id = await start(given);
  await given.until('a delivery nobody noted', () => given.n8n.deliveries().length > 0);
  given.spawnTars(['notifier']);
  killed.kill('SIGKILL');
  await killed.ended;
  given.n8n.faults({});
  // Its lease on the task counts as run out.
  await given.redis.zAdd(keys.outbox('n8n'), { score: 1, value: id });
  given.spawnTars(['worker']);
  await given.fullFeed(id);
  expect(firsts(given).map(({ sequence }) => sequence)).toEqual(await worthTelling(given, id));
  expect(given.n8n.deliveries().length).toBeGreaterThan(firsts(given).length);
});
