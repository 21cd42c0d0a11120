import { expect, test } from '@jest/globals';
import { CODE, useTars } from '../testing/use-tars.js';

const tars = useTars();

async function asking(): Promise<string> {
  const id = await tars.started();
  const at = Date.now();
  await tars.claim(id);
  await tars.happens(id, {
    type: 'question.asked',
    at,
    question: { id: 'q1', callId: 'call-1', text: 'Which port?', options: ['80', '8080'], askedAt: at, expiresAt: at + 300_000 },
  });
  return id;
}

const answersIn = async (id: string) =>
  (await tars.store.events(id)).flatMap(({ event }) => (event.type === 'question.answered' ? [event.text] : []));

test('an answer reaches the task, once', async () => {
  const id = await asking();
  expect(await tars.run(['answer', id, 'the second one'])).toEqual({
    code: 0,
    stdout: `Answer received for task ${id}, sir. The background task will continue.\n`,
    stderr: '',
  });
  expect(await answersIn(id)).toEqual(['8080']);
  const again = await tars.run(['answer', id, 'or the first', '--json']);
  expect(again.code).toBe(1);
  expect(JSON.parse(again.stdout)).toMatchObject({ status: 'error', reason: 'nothing_asked', task_id: id });
  expect(await answersIn(id)).toEqual(['8080']);
});

test('the confirmation code given in answer does not reach the agent', async () => {
  const id = await asking();
  expect((await tars.run(['answer', id, `it is ${CODE}`])).code).toBe(0);
  expect(await answersIn(id)).toEqual(['it is [redacted]']);
});

test('an answer needs a task and one text', async () => {
  for (const args of [[], ['a7f3'], ['a7f3', ' '], ['a7f3', 'not', 'quoted']]) {
    expect(await tars.run(['answer', ...args])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage: tars answer'),
    });
  }
  expect(await tars.run(['answer', 'zzzz', 'yes'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Task not found, sir.') });
});
