import { expect, test } from '@jest/globals';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

test('a goal is accepted with the described text, in the open project, once per call id', async () => {
  const bridge = await host().bridge({ currentProject: () => host().project });
  const call = () => bridge.call('start_autonomous_coding', '{"goal":"build a calculator"}', { ...SESSION, callId: 'fc-1' });
  const first = await call();
  const id = first.task?.task_id;
  expect(first.text.split('\n').slice(0, 3)).toStrictEqual([
    `Started autonomous coding task #${id} in background, sir.`,
    'Goal: build a calculator',
    `Project: ${host().project}`,
  ]);
  expect((await call()).task?.task_id).toBe(id);
});

test('a limited conversation is refused whatever it calls, and gets no declarations', async () => {
  const bridge = await host().bridge();
  expect(bridge.functionDeclarations({ format: 'gemini', permission: 'limited' })).toStrictEqual([]);
  const answer = await bridge.call('check_coding_progress', {}, { ...SESSION, permission: 'limited' });
  expect(answer).toMatchObject({ ok: false, reasonCode: 'not_permitted' });
});

test('a code that slipped into a goal is not kept', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge, `delete the old files, my code is ${CODE}`);
  expect((await host().store.read(id))?.goal).toBe('delete the old files, my code is [redacted]');
});

test('the api is mounted as a fetch handler: another host calls the functions and gives the code', async () => {
  const bridge = await host().bridge();
  const post = (path: string, body: unknown) =>
    bridge.fetch(
      new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
  const started = await post('/api/functions/start_autonomous_coding', { goal: 'build a calculator', project_path: host().project });
  const { task } = (await started.json()) as { task: { task_id: string } };
  await host().askForCode(task.task_id);
  const wrong = await post('/webhook/background-confirmation', { confirmation_code: '1234' });
  expect([wrong.status, await wrong.json()]).toMatchObject([403, { reason: 'wrong_code', tries_left: 4 }]);
  const right = await post('/webhook/background-confirmation', { confirmation_code: CODE, task_id: task.task_id });
  expect([right.status, await right.json()]).toMatchObject([200, { status: 'ok', task_id: task.task_id }]);
});
