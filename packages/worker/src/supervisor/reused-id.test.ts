// An id comes back once the task that had it is forgotten: nothing the older one left may count for the newer.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type FakeClaude, startFakeClaude } from '@tars/testkit';
import { openWorkshop, type Workshop } from './testing/workshop.js';

jest.setTimeout(60_000);

let shop: Workshop;
let claude: FakeClaude;
beforeEach(async () => {
  const finish = { name: 'finish', input: { summary: 'Done' } };
  claude = await startFakeClaude({ scenario: { conversations: [{ name: 'finish', turns: [{ calls: [finish] }] }] } });
  shop = await openWorkshop(claude.url);
});
afterEach(async () => {
  await shop.close();
  await claude.close();
});

test('the folder of a forgotten task is not the folder of the next one with its id', async () => {
  const folder = join(shop.stateDir, 'tasks', 'a7f3');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'place'), '/home/somebody/else');
  await writeFile(join(folder, 'command.json'), '{}');
  await shop.queue('a7f3');
  await shop.supervisor();
  await shop.taskThat('a7f3', 'is finished', ({ state }) => state === 'finished');
  expect(existsSync(join(folder, 'command.json'))).toBe(false);
});
