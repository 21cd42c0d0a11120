// pause, resume, retry and tell, as somebody at a terminal uses them.
import { expect, test } from '@jest/globals';
import { CODE, useTars } from '../testing/use-tars.js';

const world = useTars();
const { run, started, claim, happens, askForCode } = world;

test('a queued task is held back until it is resumed', async () => {
  const id = await started();
  expect(await run(['pause', id])).toEqual({ code: 0, stdout: `Task ${id} paused, sir.\n`, stderr: '' });
  expect((await run(['list'])).stdout).toContain(`${id}  paused`);
  expect(await run(['pause', id])).toEqual({ code: 1, stdout: '', stderr: `Task ${id} is paused already, sir.\n` });
  expect(await run(['resume', id])).toMatchObject({ code: 0, stdout: expect.stringMatching(`^Task ${id} resumed, sir\\.\n.+no worker`) });
  expect(await run(['resume', id])).toEqual({ code: 1, stdout: '', stderr: `Task ${id} is not paused, sir; it is queued.\n` });
});

test('a code given while a task is paused is kept', async () => {
  const id = await started();
  await askForCode(id);
  // Its worker lets it go, as it does when it was asked to pause.
  const at = Date.now();
  await world.store.commit(id, { as: { role: 'outsider' }, events: [{ type: 'pause.requested', at, channel: 'cli' }] });
  await happens(id, { type: 'task.paused', at, channel: 'cli', attempt: 1 }, { type: 'task.released', at, reason: 'pause' });
  expect((await run(['list'])).stdout).toMatch(new RegExp(`^queued 0 · running 0 · waiting 0 .*\n${id}  paused`));
  expect(await run(['confirm', id], { input: `${CODE}\n` })).toMatchObject({ code: 0 });
  expect(await world.store.read(id)).toMatchObject({ state: 'paused', confirmation: null, grant: { taskId: id } });
});

test('what was cancelled is tried again; what has not ended is not', async () => {
  const id = await started();
  expect(await run(['retry', id])).toEqual({ code: 1, stdout: '', stderr: `Task ${id} has not ended, sir; it is queued.\n` });
  await run(['cancel', id]);
  expect(JSON.parse((await run(['retry', id, '--json'])).stdout)).toMatchObject({ task_id: id, status: 'queued', turns: 0 });
});

test('tell says that the message is noted, and the code in it is not', async () => {
  const id = await started();
  await claim(id);
  const noted = `Message for #${id} noted; the agent reads it before its next turn.\n`;
  expect(await run(['tell', id, `use port 8080, code ${CODE}`])).toEqual({ code: 0, stdout: noted, stderr: '' });
  expect((await world.store.read(id))?.messages).toMatchObject([{ text: 'use port 8080, code [redacted]' }]);
});

test('the log shows at which turn a message was seen', async () => {
  const id = await started();
  await claim(id);
  await run(['tell', id, 'use port 8080']);
  const [message] = (await world.store.read(id))?.messages ?? [];
  if (message === undefined) throw new Error('The message is not there.');
  await world.store.commit(id, {
    as: { role: 'outsider' },
    events: [{ type: 'message.seen', at: Date.now(), messageIds: [message.id], turn: 3 }],
    records: [{ kind: 'note', turn: 3, text: 'The owner says: use port 8080', messageId: message.id }],
  });
  expect((await run(['logs', id])).stdout).toBe('TARS (seen at turn 3): The owner says: use port 8080\n');
});

test.each([
  ['pause without an id', ['pause'], /tars pause <id>/],
  ['retry of two', ['retry', 'a7f3', 'c2c2'], /tars retry <id>/],
  ['tell without words', ['tell', 'a7f3'], /tars tell <id> "<message>"/],
  ['tell with empty words', ['tell', 'a7f3', '  '], /tars tell <id> "<message>"/],
  ['an unknown task', ['resume', 'zzzz'], /Task not found, sir.*zzzz/],
])('%s is a mistake in the usage', async (_, args, sentence) => {
  expect(await run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
});
