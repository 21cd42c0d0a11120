// The record over IPC: nothing has happened until the supervisor says so.
import { describe, expect, test } from '@jest/globals';
import { accept, apply, type Event, type Task, type TranscriptRecord } from '@tars/core';
import type { Acknowledgement, FromRunner } from '../protocol.js';
import { createRunnerRecord, OverError, type TaskRecord } from './record.js';
import { createMemoryRecord } from './testing/memory-record.js';

const limits = { workMs: 1, turns: 1, confirmationMs: 1, onSilence: 'fail', costMicros: 1 } as const;
const QUEUED = { type: 'task.queued', at: 0, goal: 'g', project: '/p', sessionId: 's', owner: 'o', pool: '', verbose: true } as const;
const TASK: Task = accept('a7f3', { ...QUEUED, limits, channel: 'cli' });
const PLANNED: Event = { type: 'plan.updated', at: 1, steps: [{ title: 'write it', status: 'active' }] };
const UNASKED: Event = { type: 'question.answered', at: 1, questionId: 'q', text: 'x', channel: 'cli' };
const NOTE: TranscriptRecord = { kind: 'note', turn: 0, text: 'the goal' };
type Commit = Extract<FromRunner, { type: 'commit' }>;

/** A record whose supervisor answers when the test wants it to. */
function overIpc() {
  const commits: Commit[] = [];
  const record = createRunnerRecord({ task: TASK, transcript: [] }, (message) => {
    if (message.type === 'commit') commits.push(message);
  });
  const answer = (outcome: Acknowledgement) => {
    const commit = commits.shift();
    if (commit === undefined) throw new Error('Nothing was asked.');
    record.acknowledged(commit.request, outcome);
  };
  return { record, commits, answer };
}

/** A record whose supervisor judges at once, by the rules. */
function judged(): TaskRecord {
  let task = TASK;
  const record = createRunnerRecord({ task, transcript: [] }, (message) => {
    if (message.type !== 'commit') return;
    const next = message.events.reduce<Task | null>((before, event) => before && apply(before, event), task);
    task = next ?? task;
    record.acknowledged(message.request, next === null ? { kind: 'refused' } : { kind: 'committed', task: next });
  });
  return record;
}

describe.each([
  ['over IPC', judged],
  ['in memory', () => createMemoryRecord({ task: TASK, transcript: [] })],
])('the record %s', (_, open) => {
  test('shows the task and the transcript as they were last committed', async () => {
    const record = open();
    await record.commit([PLANNED], [NOTE]);
    expect(record.task().plan).toEqual(PLANNED.type === 'plan.updated' && PLANNED.steps);
    expect(record.transcript()).toEqual([NOTE]);
  });

  test('throws on what no longer applies, and keeps nothing of it', async () => {
    const record = open();
    await expect(record.commit([PLANNED, UNASKED], [NOTE])).rejects.toBeInstanceOf(OverError);
    expect(record.task()).toEqual(TASK);
    expect(record.transcript()).toEqual([]);
  });
});

test('a commit resolves with its acknowledgement, not before', async () => {
  const { record, commits, answer } = overIpc();
  let done = false;
  const commit = record.commit([PLANNED], [NOTE]).then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  expect(done).toBe(false);
  expect(record.transcript()).toEqual([]);
  expect(commits).toMatchObject([{ events: [PLANNED], records: [NOTE] }]);
  answer({ kind: 'committed', task: { ...TASK, turns: 7 } });
  await commit;
  expect(record.task().turns).toBe(7);
});

test.each(['refused', 'fenced'] as const)('a commit that is %s throws, and nothing of it is kept', async (kind) => {
  const { record, answer } = overIpc();
  const commit = record.commit([PLANNED], [NOTE]);
  answer({ kind });
  await expect(commit).rejects.toMatchObject({ code: 'over', message: expect.stringContaining(kind) });
  expect(record.transcript()).toEqual([]);
  expect(record.task()).toBe(TASK);
});

test('each of two commits in flight gets its own acknowledgement', async () => {
  const { record, commits } = overIpc();
  const [first, second] = [record.commit([], [NOTE]), record.commit([PLANNED])];
  const [one, two] = commits;
  record.acknowledged(two?.request ?? 0, { kind: 'refused' });
  await expect(second).rejects.toBeInstanceOf(OverError);
  record.acknowledged(one?.request ?? 0, { kind: 'committed', task: TASK });
  await first;
  expect(record.transcript()).toEqual([NOTE]);
});

describe('what is held', () => {
  const REPLY: TranscriptRecord = { kind: 'reply', turn: 1, content: [], stopReason: 'tool_use' };
  const USAGE = { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  const REPLIED: Event = { type: 'turn.replied', at: 1, turn: 1, model: 'm', usage: USAGE, costMicros: 3, says: '' };

  test('is known at once, goes nowhere by itself, and goes in front of the next commit', async () => {
    const { record, commits, answer } = overIpc();
    await record.hold([REPLIED], [REPLY]);
    await record.look();
    expect(commits).toEqual([]);
    expect(record.task()).toMatchObject({ turns: 1, costMicros: 3 });
    expect(record.transcript()).toEqual([REPLY]);
    const commit = record.commit([PLANNED], [NOTE]);
    expect(commits).toMatchObject([{ held: { events: [REPLIED], records: [REPLY] }, events: [PLANNED], records: [NOTE] }]);
    answer({ kind: 'committed', task: TASK });
    await commit;
    expect(record.transcript()).toEqual([REPLY, NOTE]);
    void record.commit([PLANNED]).catch(() => {});
    expect(commits[0]?.held).toBeUndefined();
  });
});

test('a look asks nobody right after an acknowledgement, and always where that told of a pause', async () => {
  let looks = 0;
  const tasks = [TASK, { ...TASK, pauseRequested: true }];
  const record = createRunnerRecord({ task: TASK, transcript: [] }, (message) => {
    if (message.type === 'look') looks++;
    if (message.type === 'commit' || message.type === 'look')
      record.acknowledged(message.request, { kind: 'committed', task: tasks.shift() ?? TASK });
  });
  await record.look();
  expect(looks).toBe(1);
  await record.commit([PLANNED]);
  await record.look();
  expect(looks).toBe(2);
});

describe('what is posted', () => {
  const turn = () => new Promise(setImmediate);

  test('is known and sent at once, and the model may be asked meanwhile', async () => {
    const { record, commits, answer } = overIpc();
    const first = record.commit([], [NOTE]);
    answer({ kind: 'committed', task: TASK });
    await first;
    await record.post([PLANNED], [NOTE]);
    expect(commits).toMatchObject([{ events: [PLANNED], records: [NOTE] }]);
    expect(record.transcript()).toEqual([NOTE, NOTE]);
    expect(record.task().plan).toHaveLength(1);
    await record.look();
  });

  test('goes in front of whatever comes next, which is not sent before it is acknowledged', async () => {
    const { record, commits, answer } = overIpc();
    await record.post([PLANNED], [NOTE]);
    const next = record.commit([], [NOTE]);
    await turn();
    expect(commits).toHaveLength(1);
    answer({ kind: 'committed', task: TASK });
    await turn();
    expect(commits).toHaveLength(1);
    answer({ kind: 'committed', task: { ...TASK, turns: 3 } });
    await next;
    expect(record.task().turns).toBe(3);
  });

  test.each(['commit', 'hold', 'look'] as const)('that is refused makes the %s behind it throw', async (way) => {
    const { record, answer } = overIpc();
    await record.post([PLANNED], [NOTE]);
    const next = way === 'look' ? record.look() : record[way]([], [NOTE]);
    answer({ kind: 'fenced' });
    await expect(next).rejects.toBeInstanceOf(OverError);
  });

  test('is waited for where others changed the task before it: its answer tells of that', async () => {
    const { record, answer } = overIpc();
    const first = record.commit([], [NOTE]);
    answer({ kind: 'committed', task: TASK });
    await first;
    record.changed();
    await record.post([PLANNED], [NOTE]);
    let hasLooked = false;
    const look = record.look().then(() => {
      hasLooked = true;
    });
    await turn();
    expect(hasLooked).toBe(false);
    answer({ kind: 'committed', task: { ...TASK, turns: 4 } });
    await look;
    expect(record.task().turns).toBe(4);
  });

  test('is waited for where others have changed the task: the next request is to hear of it', async () => {
    const { record, answer, commits } = overIpc();
    const first = record.commit([], [NOTE]);
    answer({ kind: 'committed', task: TASK });
    await first;
    await record.post([PLANNED], [NOTE]);
    record.changed();
    let hasLooked = false;
    const look = record.look().then(() => {
      hasLooked = true;
    });
    await turn();
    expect(hasLooked).toBe(false);
    expect(commits).toHaveLength(1);
    answer({ kind: 'committed', task: TASK });
    void look.catch(() => {});
    await turn();
    // Whether the change came before the answer is not known: it is asked once more.
    expect(hasLooked).toBe(false);
  });
});
