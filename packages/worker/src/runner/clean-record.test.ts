// What the runner stores and tells is clean of every secret it knows, and of what hides in a text.
import { expect, test } from '@jest/globals';
import { accept, type Event, type TranscriptRecord } from '@tars/core';
import type { FromRunner } from '../protocol.js';
import { cleanRecord, cleanSend } from './clean-record.js';
import { createRunnerRecord } from './record.js';

const SECRET = 'planted-model-key-42';
const limits = { workMs: 1, turns: 1, confirmationMs: 1, onSilence: 'fail', costMicros: 1 } as const;
const QUEUED = { type: 'task.queued', at: 0, goal: 'g', project: '/p', sessionId: 's', owner: 'o', pool: '', verbose: true } as const;
const SHAPED = 'ghp_a1B2a1B2a1B2a1B2a1B2a1B2';

/** Commits through a clean record, and what reached the supervisor of it. */
async function committed(events: Event[], records: TranscriptRecord[] = []) {
  const sent: FromRunner[] = [];
  const task = accept('a7f3', { ...QUEUED, limits, channel: 'cli' });
  const record = cleanRecord(
    createRunnerRecord({ task, transcript: [] }, (message) => {
      sent.push(message);
      if (message.type === 'commit') queueMicrotask(() => record.acknowledged(message.request, { kind: 'committed', task }));
    }),
    [SECRET],
  );
  await record.commit(events, records);
  return { sent, transcript: record.transcript() };
}

const finished = (output: string): Event => ({
  type: 'command.finished',
  at: 1,
  callId: 'toolu_1',
  command: `echo ${SECRET}`,
  purpose: 'run',
  exitCode: 0,
  timedOut: false,
  durationMs: 1,
  output,
  counts: null,
});

test('an event holds no planted secret, none by its shape, and nothing that moves a cursor or hides', async () => {
  const { sent } = await committed([
    finished(`${SECRET.slice(0, 9)}\u200b${SECRET.slice(9)} ${SHAPED} \u001b[8mhidden\u001b[0m \u202eabc`),
  ]);
  expect(sent[0]).toMatchObject({
    events: [{ callId: 'toolu_1', command: 'echo [redacted]', output: '[redacted] [redacted] hidden abc' }],
  });
});

test('what the model reads next is what was stored', async () => {
  const result: TranscriptRecord = { kind: 'result', turn: 1, callId: 'toolu_1', text: `key ${SECRET}, ${SHAPED}`, isError: false };
  const { sent, transcript } = await committed([], [result]);
  expect(transcript).toEqual([{ ...result, text: 'key [redacted], [redacted]' }]);
  expect(sent[0]).toMatchObject({ records: transcript });
});

test("the model's own words lose what we know to be secret, and only that; its signed thoughts stay whole", async () => {
  const thinking = { type: 'thinking', thinking: SECRET, signature: 'x' };
  const call = { type: 'tool_use', id: 'toolu_1', name: 'bash', input: { command: `curl -H ${SECRET} ${SHAPED}` } };
  const { transcript } = await committed([], [{ kind: 'reply', turn: 1, content: [thinking, call], stopReason: 'tool_use' }]);
  expect(transcript).toMatchObject([{ content: [thinking, { ...call, input: { command: `curl -H [redacted] ${SHAPED}` } }] }]);
});

test('live output is clean however it is cut, and whole before the end of its command is told', () => {
  const sent: FromRunner[] = [];
  const send = cleanSend((message) => sent.push(message), [SECRET]);
  for (const chunk of ['one ', ...`${SECRET} \u001b[1mtwo\nthree`]) send({ type: 'output', callId: 'a', chunk });
  send({ type: 'commit', request: 1, events: [], records: [] });
  const text = sent.map((message) => (message.type === 'output' ? message.chunk : `<${message.type}>`)).join('');
  expect(text).toBe('one [redacted] two\nthree<commit>');
});
