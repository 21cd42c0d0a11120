import { expect, test } from '@jest/globals';
import { type TranscriptRecord, viewRecord } from '@tars/core';
import { useTars } from '../testing/use-tars.js';

const world = useTars();
const { run, started, claim, happens } = world;

const RECORDS: TranscriptRecord[] = [
  { kind: 'note', turn: 0, text: 'The goal: tidy up' },
  {
    kind: 'reply',
    turn: 1,
    stopReason: 'tool_use',
    content: [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: 'I run the tests.\nThen I tidy.' },
      { type: 'tool_use', id: 'c1', name: 'bash', input: { command: 'npm test', reason: 'see where we are' } },
      { type: 'tool_use', id: 'c2', name: 'write_file', input: { path: 'a.js', content: 'x'.repeat(5_000) } },
    ],
  },
  { kind: 'intent', turn: 1, callId: 'c1', tool: 'bash', effect: 'command' },
  { kind: 'result', turn: 1, callId: 'c1', text: 'exit code 1\n\u001b[31m1 failed', isError: true },
];

async function underWay(): Promise<string> {
  const id = await started();
  await claim(id);
  await world.store.commit(id, { as: { role: 'owner', nonce: 'nonce of the test' }, events: [], records: RECORDS });
  return id;
}

const intended = (at: number) =>
  ({ type: 'command.intended', at, callId: 'c3', command: 'npm test', reason: 'again', purpose: 'test', confirmationId: null }) as const;
const finished = (at: number) =>
  ({
    type: 'command.finished',
    at,
    callId: 'c3',
    command: 'npm test',
    purpose: 'test',
    exitCode: 0,
    timedOut: false,
    durationMs: 5,
    output: 'the end of it',
    counts: null,
  }) as const;

test('the transcript reads as a conversation: words, calls, results', async () => {
  const id = await underWay();
  const { code, stdout, stderr } = await run(['logs', id]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      'TARS: The goal: tidy up',
      '─── turn 1 ───',
      'Claude: I run the tests.\n  Then I tidy.',
      '→ bash command: npm test\n  reason: see where we are',
      `→ write_file path: a.js\n  content: ${'x'.repeat(400)}… (5000 characters)`,
      'error: exit code 1\n  1 failed',
      '',
    ].join('\n'),
  );
});

test('in JSON every record is a line of its own', async () => {
  const id = await underWay();
  const { stdout } = await run(['logs', id, '--json']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(RECORDS.map(viewRecord));
});

test('a task in which nothing was said yet says so', async () => {
  const id = await started();
  expect(await run(['logs', id])).toEqual({ code: 0, stdout: '', stderr: `Nothing has been said in task #${id} yet; it is queued.\n` });
});

test('-f shows what the running command prints before the word that it ended, and ends with the task', async () => {
  const id = await underWay();
  await world.store.appendOutput(id, 'of an earlier command\n');
  await happens(id, intended(Date.now() + 1));
  const following = world.spawn(['logs', id, '-f']);
  await following.saw(/1 failed/);
  await world.store.appendOutput(id, '3 pas');
  await following.saw(/3 pas/);
  await world.store.appendOutput(id, 'sed');
  await happens(id, finished(Date.now()));
  await run(['cancel', id]);
  await happens(id, { type: 'task.cancelled', at: Date.now(), channel: 'cli', stopped: 1 });
  const { code, stdout } = await following.ended;
  expect(code).toBe(0);
  expect(stdout.split('1 failed\n')[1]).toBe(`3 passed\n✅ Command succeeded\n🛑 Task #${id} cancelled.\n1 process stopped.\n`);
});

test('leaving -f lets the task go on', async () => {
  const id = await underWay();
  const following = world.spawn(['logs', id, '--follow']);
  await following.saw(/1 failed/);
  await happens(id, { type: 'notice.given', at: Date.now(), notice: 'model_unavailable', text: 'waiting' });
  await following.saw(/waiting/);
  following.kill('SIGINT');
  expect(await following.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('goes on') });
  expect((await world.store.read(id))?.state).toBe('started');
});

test('updates: less, then more, and a plain answer where that is not possible', async () => {
  const id = await underWay();
  expect(await run(['updates', id, 'minimal'])).toEqual({
    code: 0,
    stdout: `Task #${id} sends minimal updates from now on.\n`,
    stderr: '',
  });
  expect(await world.store.read(id)).toMatchObject({ verbose: false });
  expect(await run(['updates', id, 'minimal'])).toMatchObject({ code: 0, stdout: `Task #${id} sends minimal updates already.\n` });
  expect(JSON.parse((await run(['updates', 'latest', 'detailed', '--json'])).stdout)).toMatchObject({ task_id: id, verbose_updates: true });
  expect(await run(['updates', id, 'loud'])).toMatchObject({ code: 2, stderr: expect.stringContaining('detailed|minimal') });
  await happens(id, { type: 'task.timed_out', at: Date.now(), minutes: 1 });
  expect(await run(['updates', id, 'minimal'])).toEqual({ code: 1, stdout: '', stderr: `Task #${id} has already ended.\n` });
});
