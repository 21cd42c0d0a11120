// A Redis that forgets everything in mid-task: the worker lets go of what nobody knows any more, and goes on with what comes.
import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createLogger } from '@tars/core/log';
import { waitUntil } from '@tars/testkit';
import { openWorkshop, type Workshop } from './testing/workshop.js';

jest.setTimeout(30_000);

let shop: Workshop;
beforeEach(async () => {
  shop = await openWorkshop();
});
afterEach(() => shop.close());

/** Commits that it lives, says its own number, and then only waits. */
const WAITING = `
  if (message.type === 'begin') {
    send({ type: 'log', level: 'warn', msg: 'runner ' + process.pid, fields: {} });
    setInterval(() => {}, 1000);
  }`;

test('the task is stopped, its place is free, the log says why, nothing of it comes back, and the next task is done', async () => {
  const stream = new PassThrough();
  let lines = '';
  stream.on('data', (chunk) => {
    lines += chunk;
  });
  const logger = createLogger({ service: 'test', level: 'warn', format: 'json', redact: (text) => text, stream });
  const supervisor = await shop.supervisor({ logger, runnerProgram: await shop.program(WAITING) }, { WORKER_CONCURRENCY: '1' });
  await shop.queue('a7f3');
  const pid = await waitUntil(() => /runner (\d+)/.exec(lines)?.[1], { what: 'the runner', timeoutMs: 10_000 });
  await shop.redis.flushAll();
  await waitUntil(() => supervisor.busy() === 0, { what: 'a free place', timeoutMs: 15_000 });
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(lines.match(/was it emptied\?/g)).toHaveLength(1);
  expect((await shop.redis.keys('tars:*')).filter((key) => !/^tars:(presence|tidied)/.test(key))).toEqual([]);
  await shop.queue('c2c2');
  await shop.taskThat('c2c2', 'is worked on', ({ state }) => state === 'started');
});
