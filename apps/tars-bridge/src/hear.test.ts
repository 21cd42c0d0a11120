import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const host = useHost();

test('a code is heard only while one is awaited, approves the command, and is nowhere in what may be stored', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  expect(await bridge.hear(`the code is ${CODE}`, SESSION)).toMatchObject({ kind: 'none', redacted: 'the code is [redacted]' });
  await host().askForCode(id);
  expect(await bridge.hear('four seven one nine', SESSION)).toStrictEqual({
    kind: 'code',
    redacted: '[redacted]',
    reply: `Confirmation code received for task ${id}, sir. The background task will continue.`,
  });
  expect(await host().store.read(id)).toMatchObject({ confirmation: null, grant: { confirmationId: `cf-${id}` } });
});

test('the same code, heard and then handed over by the voice model as well, counts once', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().askForCode(id);
  await bridge.hear('four seven one nine', SESSION);
  const answer = await bridge.call('submit_background_confirmation', { task_id: id, confirmation_code: CODE }, SESSION);
  expect(answer).toMatchObject({ ok: true, status: 'approved' });
});

test('a wrong code is taken out of the utterance too, and the command still waits', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().askForCode(id);
  const heard = await bridge.hear('my code is 1234', SESSION);
  expect(heard).toMatchObject({ kind: 'code', redacted: 'my code is [redacted]', reply: expect.stringContaining('4 tries are left') });
  expect((await host().store.read(id))?.confirmation).not.toBeNull();
});

test('a no denies the command and its reason reaches the agent', async () => {
  const bridge = await host().bridge({ persona: 'captain' });
  const id = await host().start(bridge);
  await host().askForCode(id);
  expect(await bridge.hear('no, because I still need that file', SESSION)).toMatchObject({
    kind: 'deny',
    reply: `Denied, captain. Task ${id} goes on without that command.`,
  });
  const answered = (await host().store.events(id)).map(({ event }) => event).find((event) => event.type === 'confirmation.answered');
  expect(answered).toMatchObject({ outcome: 'denied', feedback: expect.stringContaining('I still need that file') });
});

test('talk is no answer, even while a code is awaited', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().askForCode(id);
  expect(await bridge.hear('meet me at 6283 Elm street', SESSION)).toStrictEqual({ kind: 'none', redacted: 'meet me at 6283 Elm street' });
  expect((await host().store.read(id))?.confirmation).not.toBeNull();
});

test('the instructions name the task that waits for a code, and stop once it is answered', async () => {
  const bridge = await host().bridge();
  expect(bridge.instructions()).toContain('No background task waits');
  const id = await host().start(bridge);
  await host().askForCode(id);
  await waitUntil(() => bridge.instructions().includes(`submit_background_confirmation with task_id ${id}`), {
    what: 'the instructions to name the task',
  });
  expect(bridge.instructions()).toContain('"rm old_backup.js"');
  await bridge.hear(CODE, SESSION);
  await waitUntil(() => bridge.instructions().includes('No background task waits'), { what: 'the instructions to be calm again' });
});

test('an option that is chosen right after the question is its answer; anything else is for the voice model', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().ask(id, 'Which port?', { options: ['80', '8080'] });
  expect(bridge.instructions()).not.toContain('8080');
  for (const talk of ['what is the weather like?', 'both, I think', CODE]) expect((await bridge.hear(talk, SESSION)).kind).toBe('none');
  expect(bridge.instructions()).toContain(`It offers: "80", "8080". When the user answers, call answer_coding_question with task_id ${id}`);
  expect(await bridge.hear('the second one, please', SESSION)).toStrictEqual({
    kind: 'answer',
    redacted: 'the second one, please',
    reply: `Answer received for task ${id}, sir. The background task will continue.`,
  });
  const answers = (await host().store.events(id)).flatMap(({ event }) => (event.type === 'question.answered' ? [event] : []));
  expect(answers).toMatchObject([{ text: '8080', channel: 'voice' }]);
});

test('words that would choose an option answer no question that was asked long ago, nor one of two', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().ask(id, 'Which port?', { options: ['80', '8080'], askedAt: Date.now() - 150_000 });
  expect((await bridge.hear('the second one', SESSION)).kind).toBe('none');
  expect((await host().store.read(id))?.question).not.toBeNull();
});

test('an answer that was heard, and is then handed over by the voice model as well, counts once', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().ask(id, 'Which port?', { options: ['80', '8080'] });
  await bridge.hear('number two', SESSION);
  const handed = await bridge.call('answer_coding_question', { task_id: id, answer: 'number two' }, SESSION);
  expect(handed).toMatchObject({ ok: true, status: 'answered' });
  expect((await host().store.events(id)).filter(({ event }) => event.type === 'question.answered')).toHaveLength(1);
});
