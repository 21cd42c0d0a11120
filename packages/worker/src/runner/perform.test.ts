// The calls of a reply, carried out: what only reads side by side, what changes the world in the model's order, each answered once.
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { openCalls } from './messages.js';
import { perform } from './perform.js';
import { keepPlace } from './place.js';
import { OverError } from './record.js';
import { execute } from './run-command.js';
import { type Attempt, type AttemptOptions, type Call, openAttempt } from './testing/attempt.js';

const open: Attempt[] = [];
afterEach(async () => {
  for (const attempt of open.splice(0)) await attempt.close();
});

async function replying(calls: readonly Call[], options: AttemptOptions & { text?: string; stopReason?: string } = {}): Promise<Attempt> {
  const { text, stopReason, ...rest } = options;
  const attempt = await openAttempt(rest);
  open.push(attempt);
  await attempt.reply(calls, { ...(text === undefined ? {} : { text }), ...(stopReason === undefined ? {} : { stopReason }) });
  return attempt;
}

const bash = (id: string, command: string, more: { timeout_seconds?: number } = {}): Call => ({
  id,
  name: 'bash',
  input: { command, reason: 'see', ...more },
});
const write = (id: string, path: string, content: string): Call => ({ id, name: 'write_file', input: { path, content } });
const read = (id: string, path: string): Call => ({ id, name: 'read_file', input: { path } });

test('reads of one reply come back in one commit, before anything is changed', async () => {
  const attempt = await replying([read('r1', 'a.txt'), read('r2', 'b.txt'), write('w', 'a.txt', 'new'), read('r3', 'a.txt')], {
    files: { 'a.txt': 'old', 'b.txt': 'other' },
  });
  const commits: string[][] = [];
  const { record } = attempt;
  const counting =
    (write: typeof record.commit): typeof record.commit =>
    async (events, records = []) => {
      commits.push(records.map((entry) => ('callId' in entry ? entry.callId : entry.kind)));
      await write(events, records);
    };
  const counted = { ...record, commit: counting(record.commit), post: counting(record.post) };
  await perform({ ...attempt.context, record: counted });
  expect(commits).toEqual([['r1', 'r2'], ['w'], ['w'], ['r3']]);
  expect(attempt.results().r1?.text).toContain('old');
  expect(attempt.results().r3?.text).toContain('new');
});

test('calls that only read run side by side', async () => {
  const attempt = await replying(
    [
      { id: 's1', name: 'search', input: { pattern: 'xyzzy 1' } },
      { id: 's2', name: 'search', input: { pattern: 'xyzzy 2' } },
    ],
    // A search program that finds something once there are two of it.
    {
      files: {
        'met.txt': 'both\n',
        'bin/rg': `#!/bin/sh\ntouch "here-$$"\nwhile [ "$(ls here-* | wc -l)" -lt 2 ]; do sleep 0.01; done\nprintf './met.txt\\0001:both\\n'\n`,
      },
    },
  );
  await chmod(join(attempt.project, 'bin/rg'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${attempt.project}/bin:${before}`;
  try {
    await perform(attempt.context);
  } finally {
    process.env.PATH = before;
  }
  expect(attempt.results()).toEqual({
    s1: { text: 'met.txt:1:both', isError: false },
    s2: { text: 'met.txt:1:both', isError: false },
  });
});

test("what changes the world is done in the model's order", async () => {
  const attempt = await replying([
    bash('b1', 'echo one >> log'),
    write('w', 'two.txt', '2'),
    bash('b2', 'cat log two.txt && echo three >> log'),
  ]);
  await perform(attempt.context);
  expect(attempt.results().b2).toMatchObject({ isError: false, text: expect.stringMatching(/one\n2/) });
  expect(await readFile(join(attempt.project, 'log'), 'utf8')).toBe('one\nthree\n');
});

test('every effect has its intent stored before, and its result after', async () => {
  const attempt = await replying([write('w', 'a.txt', 'x'), bash('b', 'cat a.txt')]);
  const { record } = attempt;
  const seen: boolean[] = [];
  const watched = {
    ...record,
    commit: async (...change: Parameters<typeof record.commit>) => {
      if (change[1]?.some(({ kind }) => kind === 'intent')) seen.push(existsSync(join(attempt.project, 'a.txt')));
      await record.commit(...change);
    },
  };
  await perform({ ...attempt.context, record: watched });
  expect(seen).toEqual([false, true]);
  expect(record.transcript().map((entry) => ('callId' in entry ? `${entry.kind} ${entry.callId}` : entry.kind))).toEqual([
    'reply',
    'intent w',
    'result w',
    'intent b',
    'result b',
  ]);
});

test.each([write('w', 'a.txt', 'x'), bash('b', 'touch a.txt')])('an intent that is not accepted has no effect ($name)', async (call) => {
  const attempt = await replying([call]);
  attempt.record.outside({ type: 'cancel.requested', at: 1, channel: 'cli' });
  await expect(perform(attempt.context)).rejects.toBeInstanceOf(OverError);
  expect(existsSync(join(attempt.project, 'a.txt'))).toBe(false);
});

test.each(['max_tokens', 'model_context_window_exceeded', 'refusal'])(
  'of a reply that ended with %s no call is carried out, and all are answered',
  async (stopReason) => {
    const attempt = await replying([read('r', 'a.txt'), write('w', 'a.txt', 'half a fi'), bash('b', 'touch b.txt')], { stopReason });
    await perform(attempt.context);
    expect(openCalls(attempt.record.transcript())).toEqual([]);
    expect(Object.values(attempt.results()).map(({ isError }) => isError)).toEqual([true, true, true]);
    expect(['a.txt', 'b.txt'].map((name) => existsSync(join(attempt.project, name)))).toEqual([false, false]);
  },
);

test('a call that no tool understands is answered so that the model can repair it, and the others are done', async () => {
  const attempt = await replying([
    { id: 'x1', name: 'fly', input: {} },
    { id: 'x2', name: 'write_file', input: { path: 'a.txt' } },
    bash('b', 'echo fine'),
  ]);
  await perform(attempt.context);
  expect(attempt.results().x1).toMatchObject({ isError: true, text: expect.stringContaining('There is no tool fly') });
  expect(attempt.results().x2).toMatchObject({ isError: true, text: expect.stringContaining('content') });
  expect(attempt.results().b?.text).toContain('fine');
});

test('what the file system refuses is told to the model', async () => {
  const attempt = await replying([write('w', 'file/below.txt', 'x'), write('long', `${'n'.repeat(300)}.txt`, 'x'), bash('b', 'echo on')], {
    files: { file: 'no folder' },
  });
  await perform(attempt.context);
  expect(attempt.results().w).toMatchObject({ isError: true, text: expect.stringContaining('file/below.txt') });
  expect(attempt.results().long).toMatchObject({ isError: true, text: expect.stringContaining('ENAMETOOLONG') });
  expect(attempt.results().b?.text).toContain('on');
});

test('a command tells its exit code, its output and its purpose, and a green test run is told as one', async () => {
  const attempt = await replying([bash('b1', 'echo out; exit 3'), bash('b2', 'npm test')], {
    files: {
      'package.json': JSON.stringify({ scripts: { test: 'node --test' } }),
      'a.test.js': "const test = require('node:test');\ntest('one', () => {});\ntest('two', () => {});\n",
    },
  });
  await perform(attempt.context);
  expect(attempt.results().b1).toMatchObject({ isError: true, text: expect.stringMatching(/^exit code 3( after .* s)?\nout/) });
  expect(attempt.record.events()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'command.finished', callId: 'b1', exitCode: 3, output: 'out\n', counts: null }),
      expect.objectContaining({ type: 'command.finished', callId: 'b2', purpose: 'test', counts: { passed: 2, failed: 0 } }),
      expect.objectContaining({ type: 'tests.passed', callId: 'b2', passed: 2 }),
    ]),
  );
  expect(attempt.record.task().phase).toBe('testing');
  expect(attempt.sent).toContainEqual({ type: 'output', callId: 'b1', chunk: 'out\n' });
});

test('a test script that prints its own result is no green run', async () => {
  const attempt = await replying([bash('b', 'npm test')], {
    files: { 'package.json': JSON.stringify({ scripts: { test: "printf '# tests 2\\n# pass 2\\n# fail 0\\n'" } }) },
  });
  await perform(attempt.context);
  expect(attempt.results().b).toMatchObject({ isError: false, text: expect.stringContaining('# pass 2') });
  expect(attempt.record.events().map(({ type }) => type)).toContain('command.finished');
  expect(attempt.record.events().map(({ type }) => type)).not.toContain('tests.passed');
});

test('a command over its time is stopped and said to be', async () => {
  const attempt = await replying([bash('b', 'echo begun; sleep 60', { timeout_seconds: 1 })]);
  await perform(attempt.context);
  expect(attempt.results().b).toMatchObject({ isError: true, text: expect.stringMatching(/^timed out and was stopped.*begun/s) });
});

test('the few words of an edit are the first line said with it', async () => {
  const attempt = await replying([write('w', 'a.txt', 'x')], { text: 'with basic operations\nand more' });
  await perform(attempt.context);
  expect(attempt.record.events()).toContainEqual(
    expect.objectContaining({ type: 'edit.made', path: 'a.txt', created: true, words: 'with basic operations' }),
  );
});

test.each([
  ['8080', false, 'The owner answers: 8080'],
  [null, false, 'No answer came in time'],
])('a question waits for its answer (%s)', async (text, isError, told) => {
  const attempt = await replying([{ id: 'q', name: 'ask_user', input: { question: 'Which port?', options: ['80', '8080'] } }]);
  const performed = perform(attempt.context);
  const question = await waitUntil(() => attempt.record.task().question, { what: 'the question' });
  expect(question).toMatchObject({ callId: 'q', text: 'Which port?', options: ['80', '8080'] });
  attempt.record.outside({ type: 'question.answered', at: 1, questionId: question.id, text, channel: 'cli' });
  attempt.context.answers.hand({ kind: 'question', id: question.id, text }, null);
  await performed;
  expect(attempt.results().q).toMatchObject({ isError, text: expect.stringContaining(told) });
});

/** A project and a transcript as an interrupted attempt leaves them: the call with its intent, and no result. */
async function interrupted(call: Call, intent: { effect: 'edit' | 'command'; before?: string | null; after?: string }, files = {}) {
  const attempt = await openAttempt({
    files,
    before: () => ({
      transcript: [
        { kind: 'reply', turn: 1, content: [{ type: 'tool_use', ...call }], stopReason: 'tool_use' },
        { kind: 'intent', turn: 1, callId: call.id, tool: call.name, ...intent },
      ],
    }),
  });
  open.push(attempt);
  return attempt;
}

/** The hashes that an edit's intent holds, taken from an edit that was made. */
async function hashesOf(call: Call, files: { [path: string]: string }) {
  const attempt = await replying([call], { files });
  await perform(attempt.context);
  const intent = attempt.record.transcript().find((entry) => entry.kind === 'intent');
  if (intent?.kind !== 'intent' || intent.after === undefined) throw new Error('No intent.');
  return { effect: 'edit', before: intent.before ?? null, after: intent.after } as const;
}

const WRITE = write('e', 'a.txt', 'two\n');
const EDIT: Call = { id: 'e', name: 'edit_file', input: { path: 'a.txt', edits: [{ old_text: 'one', new_text: 'two' }] } };

test.each([
  ['was not made is made now', EDIT, 'one\n', false, 'two\n', 1],
  ['was made already is not made again', EDIT, 'two\n', false, 'two\n', 0],
  ['met a file that somebody changed meanwhile is left to the model', EDIT, 'three\n', true, 'three\n', 0],
  ['would overwrite what somebody wrote meanwhile is left to the model', WRITE, 'three\n', true, 'three\n', 0],
])('resume: an edit that %s', async (_, call, found, isError, left, made) => {
  const attempt = await interrupted(call, await hashesOf(call, { 'a.txt': 'one\n' }), { 'a.txt': found });
  await perform(attempt.context);
  expect(attempt.results().e?.isError).toBe(isError);
  expect(await readFile(join(attempt.project, 'a.txt'), 'utf8')).toBe(left);
  expect(attempt.record.events().filter(({ type }) => type === 'edit.made')).toHaveLength(made);
  // Its intent is stored already.
  expect(attempt.record.events().filter(({ type }) => type === 'edit.intended')).toEqual([]);
});

test('resume: a command that had begun is not run again; the model hears that its outcome is unknown', async () => {
  const attempt = await interrupted(bash('b', 'touch again'), { effect: 'command' });
  await perform(attempt.context);
  expect(attempt.results().b).toMatchObject({ isError: true, text: expect.stringContaining('outcome is unknown') });
  expect(existsSync(join(attempt.project, 'again'))).toBe(false);
});

/** A command that ran to its end in an attempt which did not live to store its result. */
async function ranUnheard(command: string): Promise<Attempt> {
  const attempt = await replying([bash('b', command)]);
  await execute(attempt.context, { callId: 'b', command, reason: '', purpose: 'run', confirmationId: null, timeoutSeconds: 10 });
  return attempt;
}

test('resume: a command that was over when everything died is told as it ended, once, and its folder is kept', async () => {
  const attempt = await ranUnheard('mkdir sub && cd sub && echo out >&2 && (exit 3)');
  await attempt.context.shell.run(`cd ${attempt.project}`, { timeoutSeconds: 5 });
  await perform(attempt.context);
  expect(attempt.results().b).toMatchObject({ isError: true, text: expect.stringMatching(/^exit code 3( after .* s)?\nout$/) });
  const finished = attempt.record.events().filter(({ type }) => type === 'command.finished');
  expect(finished).toMatchObject([{ callId: 'b', exitCode: 3, output: 'out\n' }]);
  expect(attempt.context.shell.cwd()).toBe(join(attempt.project, 'sub'));
});

test('resume: even where nobody heard the end of it, what the shell itself wrote of it counts', async () => {
  const attempt = await replying([bash('b', 'echo out; exit 4')]);
  const { journal } = attempt.context;
  attempt.context.journal = { ...journal, ended: () => {} };
  const command = { callId: 'b', command: 'echo out; exit 4', reason: '', purpose: 'run', confirmationId: null } as const;
  await execute(attempt.context, { ...command, timeoutSeconds: 10 });
  attempt.context.journal = journal;
  await perform(attempt.context);
  expect(attempt.results().b?.text).toMatch(/^exit code 4( after .* s)?\nout\n\[TARS was interrupted just then/);
});

test.each([
  ['hung up on', 'HUP'],
  ['killed', 'KILL'],
  ['told to end', 'TERM'],
])('resume: one that was %s while nobody heard has no outcome: whoever did it may have been us', async (_, signal) => {
  const attempt = await replying([bash('b', `kill -${signal} $$`)]);
  const { journal } = attempt.context;
  attempt.context.journal = { ...journal, ended: () => {} };
  const command = { callId: 'b', command: `kill -${signal} $$`, reason: '', purpose: 'run', confirmationId: null } as const;
  await execute(attempt.context, { ...command, timeoutSeconds: 10 });
  attempt.context.journal = journal;
  await perform(attempt.context);
  expect(attempt.results().b?.text).toContain('outcome is unknown');
});

test('resume: a command that was stopped in its middle has no outcome, whatever it wrote of itself', async () => {
  const forged = 'for name in x "$TARS_COMMAND_ID"; do echo 0 >"$TMPDIR/.exit-$name"; done; echo begun; sleep 60';
  const attempt = await replying([bash('b', forged)]);
  const stop = new AbortController();
  attempt.context.signal = stop.signal;
  attempt.context.send = (message) => void (message.type === 'output' && stop.abort());
  await execute(attempt.context, { callId: 'b', command: forged, reason: '', purpose: 'run', confirmationId: null, timeoutSeconds: 60 });
  await perform(attempt.context);
  expect(attempt.results().b?.text).toContain('outcome is unknown');
});

test('resume: the outcome of one call is never taken for that of another', async () => {
  const attempt = await ranUnheard('echo first');
  await attempt.record.commit([], [{ kind: 'result', turn: 1, callId: 'b', text: 'first', isError: false }]);
  await attempt.reply([bash('c', 'echo second')]);
  await attempt.record.commit([], [{ kind: 'intent', turn: 2, callId: 'c', tool: 'bash', effect: 'command' }]);
  await perform(attempt.context);
  expect(attempt.results().c?.text).toContain('outcome is unknown');
});

test('resume: calls that had not begun, and reads, are carried out', async () => {
  const attempt = await replying([read('r', 'a.txt'), bash('b', 'echo now')], { files: { 'a.txt': 'x' } });
  await attempt.record.commit([], [{ kind: 'result', turn: 1, callId: 'r', text: 'x', isError: false }]);
  await perform(attempt.context);
  expect(attempt.results().b?.text).toContain('now');
  expect(attempt.record.transcript().filter((entry) => entry.kind === 'result' && entry.callId === 'r')).toHaveLength(1);
});

test('the shell of a later attempt stands where that of the one before stood', async () => {
  const attempt = await replying([bash('b1', 'mkdir sub && cd sub')]);
  await perform(attempt.context);
  const { shell } = attempt.context;
  await shell.run(`cd ${attempt.project}`, { timeoutSeconds: 5 });
  await keepPlace(join(attempt.project, '..', 'state', 'place'), shell);
  expect(shell.cwd()).toBe(join(attempt.project, 'sub'));
  await writeFile(join(attempt.project, '..', 'state', 'place'), '/gone/for/good');
  await keepPlace(join(attempt.project, '..', 'state', 'place'), shell);
  expect(shell.cwd()).toBe(join(attempt.project, 'sub'));
});
