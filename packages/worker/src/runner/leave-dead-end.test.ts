// What is said and asked when the model goes round in circles, in the loop as it runs.
import { afterEach, expect, test } from '@jest/globals';
import { type FakeClaude, startFakeClaude, type TurnInput, waitUntil } from '@tars/testkit';
import { createModelClient } from '../model/client.js';
import { runTask } from './loop.js';
import { type Attempt, openAttempt } from './testing/attempt.js';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function running(turns: TurnInput[]): Promise<{ attempt: Attempt; claude: FakeClaude; ended: Promise<void> }> {
  const claude = await startFakeClaude({ scenario: { turns } });
  closes.push(claude.close);
  const model = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
  const attempt = await openAttempt({ model, limits: { deadEnds: { nudgeAfter: 2, askAfter: 3 }, questionMs: 60_000 } });
  closes.push(attempt.close);
  return { attempt, claude, ended: runTask(attempt.context) };
}
const look = (repeat: number): TurnInput => ({ calls: [{ name: 'bash', input: { command: 'cat missing', reason: 'see' } }], repeat });
const FINISH: TurnInput = { calls: [{ name: 'finish', input: { summary: 'Done.' } }] };

/** As the supervisor would hand it over. */
async function answer(attempt: Attempt, text: string | null): Promise<void> {
  const asked = await waitUntil(() => attempt.record.task().question, { what: 'the question', timeoutMs: 20_000 });
  expect(asked).toMatchObject({
    about: 'dead_end',
    options: ['go on', 'stop'],
    text: expect.stringContaining('`cat missing` gave the same result 3 times'),
  });
  attempt.record.outside({ type: 'question.answered', at: 2, questionId: asked.id, text, channel: 'cli' });
  attempt.context.answers.hand({ kind: 'question', id: asked.id, text }, null);
}

test('the model hears what repeats itself, then the owner is asked, and the answer is what it goes on with', async () => {
  const { attempt, claude, ended } = await running([
    look(2),
    { ...look(1), expect: { user_text: 'going round in circles: `cat missing` gave the same result 2 times' } },
    { ...FINISH, expect: { user_text: 'The owner says: it is in lib' } },
  ]);
  await answer(attempt, 'it is in lib');
  await ended;
  expect(claude.failures()).toEqual([]);
  expect(attempt.record.task().state).toBe('finished');
});

test.each([
  [null, 'Nobody said in time how to go on.'],
  ['stop', 'You let it end there.'],
])('when the answer is %j the task ends, and says what repeated itself', async (text, why) => {
  const { attempt, ended } = await running([look(9)]);
  await answer(attempt, text);
  await ended;
  expect(attempt.record.task()).toMatchObject({
    state: 'failed',
    failure: { reason: 'dead_end', message: `It went round in circles: \`cat missing\` gave the same result 3 times. ${why}` },
  });
});
