// What the house takes while nobody asks anything of it.
import { afterEach, expect, test } from '@jest/globals';
import { processesTold, residentMib } from './processes.js';
import { openStage, type Stage } from './stage.js';

const MOST_MIB = 200;

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('once up, api, notifier, supervisor and Redis take at most 200 MiB together', async () => {
  stage = await openStage({ conversations: [{ name: 'unasked', turns: [{ text: 'Done.' }] }] });
  await stage.up();
  // The runner that waits is told nothing of the house, and is a task's already.
  const { TARS_STATE_DIR } = stage.environment;
  const house = [...processesTold(`TARS_STATE_DIR=${TARS_STATE_DIR}`), stage.server.pid];
  expect(house).toHaveLength(3);
  // At once, before the rubbish of the start is gone by itself.
  expect(house.reduce((sum, pid) => sum + residentMib(pid), 0)).toBeLessThanOrEqual(MOST_MIB);
});
