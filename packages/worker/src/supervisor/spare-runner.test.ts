// One runner waits for the next task: started ahead, told nothing, used once, gone with its supervisor.
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { listProcesses } from '../shell/process-list.js';
import { keepSpareRunner, type SpareRunner } from './spare-runner.js';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let shop: Workshop | null = null;
let spare: SpareRunner | null = null;
afterEach(async () => {
  spare?.close();
  await shop?.close();
  shop = null;
  spare = null;
});

const ECHO = `send({ type: 'log', level: 'info', msg: message.type, fields: {} });`;

async function keeping(program = ECHO, refillMs = 5) {
  const opened = await openWorkshop();
  shop = opened;
  const file = await opened.program(program);
  const kept = keepSpareRunner({ program: file, refillMs });
  spare = kept;
  const taken = (what: string) => waitUntil(() => kept.take(), { what });
  return { kept, taken, file, shop: opened };
}

const taskRunners = async (id: string) =>
  (await listProcesses()).filter(({ command }) => command.startsWith(`tars-runner ${id} `)).map(({ pid }) => pid);

test('each is used once, and another is made ready', async () => {
  const { kept, taken } = await keeping();
  const first = await taken('the first');
  expect(kept.take()).toBeNull();
  const second = await taken('the second');
  expect(second.pid).not.toBe(first.pid);
  for (const child of [first, second]) child.kill('SIGKILL');
});

test('what waits knows no key and no task', async () => {
  process.env.ANTHROPIC_API_KEY = 'sk-ant-never-here';
  try {
    const { taken } = await keeping();
    const child = await taken('a spare');
    const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toMatch(/sk-ant|TARS_/);
    child.kill('SIGKILL');
  } finally {
    delete process.env.ANTHROPIC_API_KEY;
  }
});

test('with the supervisor the one that waits is gone, and none comes after it', async () => {
  const { shop: opened, file } = await keeping();
  const waiting = keepSpareRunner({ program: file, refillMs: 5 });
  const supervisor = await opened.supervisor({ runnerProgram: file, spare: waiting });
  await supervisor.drain();
  expect(waiting.take()).toBeNull();
});

test('a task is done by the one that waited, under its own name', async () => {
  const { shop: opened, kept } = await keeping(`
    if (message.type !== 'begin') return;
    process.title = 'tars-runner ' + message.task.id + ' ' + message.task.createdAt + ' ' + message.task.attempt;
    send({ type: 'commit', request: 1, events: [{ type: 'notice.given', at: 1, notice: 'n', text: String(process.pid) }], records: [] });`);
  await opened.supervisor({ runnerProgram: await opened.program('process.exit(1)'), spare: kept });
  await opened.queue('a2a2');
  const { progress } = await opened.taskThat('a2a2', 'is begun', ({ progress }) => /\d+$/.test(progress));
  const found = await taskRunners('a2a2');
  expect(found).toEqual([Number(/\d+$/.exec(progress)?.[0])]);
});
