// The notice that the limits are near, as the model gets it.
import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { type FakeClaude, startFakeClaude, type TurnInput } from '@tars/testkit';
import { createModelClient } from '../model/client.js';
import { runTask } from './loop.js';
import { type Attempt, type AttemptOptions, openAttempt } from './testing/attempt.js';

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function running(turns: TurnInput[], options: AttemptOptions): Promise<{ attempt: Attempt; claude: FakeClaude }> {
  const claude = await startFakeClaude({ scenario: { turns } });
  closes.push(claude.close);
  const model = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
  const attempt = await openAttempt({ ...options, model });
  closes.push(attempt.close);
  await runTask(attempt.context);
  return { attempt, claude };
}

const look = (id: string) => ({ id, name: 'bash', input: { command: 'true', reason: 'see' } });
const FINISH = { calls: [{ id: 'f', name: 'finish', input: { summary: 'Done.' } }] };
const notes = ({ record }: Attempt) =>
  record.transcript().flatMap((entry) => (entry.kind === 'note' && entry.text.startsWith('Time is running out') ? [entry.text] : []));
const WITHOUT_MARKS = (key: string, value: unknown) => (key === 'cache_control' ? undefined : value);
const messagesOf = ({ body }: { body: unknown }) =>
  (body as { messages: unknown[] }).messages.map((message) => JSON.stringify(message, WITHOUT_MARKS));

test('near the last reply the model is told how many are left, once, and what it was sent before stays as it was', async () => {
  const turns = ['a', 'b', 'c', 'd'].map((id) => ({ calls: [look(id)] }));
  const { attempt, claude } = await running([...turns.slice(0, 3), { ...turns[3], expect: { user_text: '2 replies' } }, FINISH], {
    limits: { turns: 20, workMs: 900_000 },
    before: () => ({ events: [replied(15)] }),
  });
  expect(notes(attempt)).toEqual([expect.stringContaining('2 replies (this one included) are left')]);
  expect(claude.failures()).toEqual([]);
  const requests = claude.requests().map(messagesOf);
  for (const [index, messages] of requests.slice(1).entries()) {
    const before = requests[index] ?? [];
    expect(messages.slice(0, before.length)).toEqual(before);
  }
});

test('near the end of its time the model is told what is left of it', async () => {
  const { attempt } = await running([{ expect: { user_text: '90 s of work' }, calls: [look('a')] }, FINISH], {
    limits: { workMs: 900_000 },
    before: () => ({ events: [{ ...replied(1), workedMs: 810_000 }] }),
  });
  expect(notes(attempt)).toHaveLength(1);
  expect(attempt.record.task()).toMatchObject({ limitNear: true, state: 'finished' });
});

test('with enough of both left the model hears nothing of limits', async () => {
  const { attempt } = await running([{ calls: [look('a')] }, FINISH], {
    limits: { turns: 20, workMs: 900_000 },
    before: () => ({ events: [{ ...replied(15), workedMs: 809_000 }] }),
  });
  expect(notes(attempt)).toEqual([]);
});

test('an attempt after the notice does not repeat it', async () => {
  const { attempt } = await running([FINISH], {
    limits: { workMs: 900_000 },
    before: () => ({ events: [{ type: 'limit.neared', at: 1, left: '90 s', workedMs: 820_000 }] }),
  });
  expect(notes(attempt)).toEqual([]);
});

function replied(turn: number): Event {
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  return { type: 'turn.replied', at: 1, turn, model: 'm', usage, costMicros: 0, says: '' };
}
