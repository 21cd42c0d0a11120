import { expect, test } from '@jest/globals';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

test('the latest tasks are listed with state and goal, all or those of one state', async () => {
  const bridge = await host().bridge();
  const list = (args: object) => bridge.call('list_coding_tasks', args, SESSION);
  expect(await list({})).toMatchObject({ ok: true, status: 'empty', text: 'There are no background tasks yet, sir.', tasks: [] });
  const first = await host().start(bridge, 'build a calculator');
  await host().cancelled(first);
  const second = await host().start(bridge, 'fix the login bug');
  await host().askForCode(second);
  const all = await list({});
  expect(all.text.split('\n')).toStrictEqual([
    `Task ${second}: started, fix the login bug (waits for a confirmation code)`,
    `Task ${first}: cancelled, build a calculator`,
  ]);
  expect(all.say).toMatch(/^There are 2 tasks, sir; the latest, [\w ]+, is started\.$/);
  expect((await list({ state: 'cancelled' })).tasks?.map(({ task_id }) => task_id)).toStrictEqual([first]);
  expect(await list({ state: 'paused' })).toMatchObject({ ok: true, text: 'No background task is paused, sir.' });
  expect(await list({ state: 'asleep' })).toMatchObject({ ok: false, reasonCode: 'bad_state', text: expect.stringContaining('queued') });
});

test("the user's answer reaches the agent that asked, and a code in it does not", async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  const answer = (args: object) => bridge.call('answer_coding_question', args, SESSION);
  expect(await answer({ task_id: id, answer: 'SQLite' })).toMatchObject({ ok: false, reasonCode: 'nothing_asked' });
  await host().ask(id, 'Which database?');
  expect(await answer({ task_id: id, answer: ' ' })).toMatchObject({ ok: false, reasonCode: 'no_text' });
  expect(await answer({ task_id: id, answer: `SQLite, and my code is ${CODE}` })).toMatchObject({
    ok: true,
    status: 'answered',
    text: `Answer received for task ${id}, sir. The background task will continue.`,
  });
  const answered = (await host().store.events(id)).map(({ event }) => event).find(({ type }) => type === 'question.answered');
  expect(answered).toMatchObject({ text: 'SQLite, and my code is [redacted]', channel: 'voice' });
  expect(await answer({ task_id: id, answer: 'SQLite' })).toMatchObject({ reasonCode: 'nothing_asked' });
});

test('by voice a task is paused, told something, resumed and tried again, each with its sentence', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge, 'build a calculator');
  const call = (name: string, args: object = {}) => bridge.call(name, args, SESSION);
  expect(await call('resume_coding_task')).toMatchObject({ ok: false, say: 'No background task is paused, sir.' });
  expect(await call('pause_coding_task')).toMatchObject({ ok: true, status: 'paused', text: `Task ${id} paused, sir.` });
  expect(await call('check_coding_progress')).toMatchObject({ status: 'paused', say: 'The task is paused, sir.' });
  expect(await call('pause_coding_task', { task_id: id })).toMatchObject({ ok: false, say: 'That task is paused already, sir.' });
  expect(await call('message_coding_task', { task_id: 'the calculator', message: `divide too, code ${CODE}` })).toMatchObject({
    ok: true,
    status: 'noted',
    say: 'Noted, sir. The agent reads it when the task is resumed.',
    task: { unread_messages: 1 },
  });
  expect((await host().store.read(id))?.messages).toMatchObject([{ text: 'divide too, code [redacted]' }]);
  expect(await call('resume_coding_task')).toMatchObject({
    ok: true,
    status: 'resumed',
    say: expect.stringMatching(/resumed, sir\. No worker/),
  });
  await host().cancelled(id);
  expect(await call('retry_coding_task', { task_id: id })).toMatchObject({ ok: true, status: 'retried', task: { status: 'queued' } });
  expect(await call('retry_coding_task', { task_id: id })).toMatchObject({ ok: false, reasonCode: 'not_ended' });
  expect(await call('message_coding_task', { task_id: id, message: ' ' })).toMatchObject({ ok: false, reasonCode: 'no_text' });
});

test('hosts in other languages call them over HTTP as well', async () => {
  const bridge = await host().bridge();
  await host().start(bridge, 'build a calculator');
  const list = new Request('http://127.0.0.1/api/functions/list_coding_tasks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"state":"queued"}',
  });
  expect(await (await bridge.fetch(list)).json()).toMatchObject({ ok: true, status: 'listed', tasks: [{ goal: 'build a calculator' }] });
});
