// A worker that must have a sandbox and has none takes no task; where it would like one it works.
import { afterEach, expect, test } from '@jest/globals';
import { alive } from '@tars/core/redis';
import { waitUntil } from '@tars/testkit';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop | null = null;
afterEach(async () => shop?.close());

const NONE = { kind: 'none', reason: 'inside it a command can write outside the project', tried: 8 } as const;
const program = `send({ type: 'log', level: 'info', msg: 'began', fields: {} })`;

test('with SANDBOX=required it says so in its presence, and leaves the task to others', async () => {
  shop = await openWorkshop();
  const runnerProgram = await shop.program(program);
  await shop.supervisor({ sandbox: NONE, runnerProgram }, { SANDBOX: 'required' });
  await shop.queue('a2a2');
  const other = await shop.supervisor({ sandbox: NONE, runnerProgram }, { SANDBOX: 'auto' });
  const { worker } = await shop.taskThat('a2a2', 'is claimed', ({ worker }) => worker !== null);
  expect(worker?.id).toBe(other.id);
  const { redis } = shop;
  const present = await waitUntil(async () => ((await alive(redis, 'worker')).length === 2 ? alive(redis, 'worker') : null), {
    what: 'both workers',
  });
  expect(present.map(({ sandbox }) => sandbox).sort()).toEqual(['missing', 'none']);
});
