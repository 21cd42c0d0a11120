import { expect, test } from '@jest/globals';
import { useTars } from '../testing/use-tars.js';

const world = useTars();
const { run, started, claim, happens, askForCode } = world;
const at = 1_700_000_000_000;

/** As a pattern. */
const coloured = (on: number, off: number) => (text: string) => `\\x1b\\[${on}m${text}\\x1b\\[${off}m`;
const [dim, red, cyan] = [coloured(2, 22), coloured(31, 39), coloured(36, 39)];

const planning = { type: 'phase.entered', at, phase: 'planning', left: null, leftWell: false } as const;
const timedOut = { type: 'task.timed_out', at, minutes: 15 } as const;

test('without a terminal the feed is plain lines, from the first event to the outcome', async () => {
  const id = await started();
  const watching = world.spawn(['watch']);
  await watching.saw(/🚀 Started/);
  await claim(id);
  await happens(id, planning);
  await watching.saw(/📋 Planning/);
  await happens(id, timedOut);
  expect(await watching.ended).toEqual({
    code: 4,
    stdout: `🚀 Started background task #${id}: tidy up\n📋 Planning approach...\n⏱️ Time limit reached (15 min)\n`,
    stderr: '',
  });
  expect(await run(['watch', id])).toMatchObject({ code: 4, stdout: expect.stringContaining('Time limit reached') });
});

test('silence that nobody could have broken is told from a failure', async () => {
  const id = await started();
  await askForCode(id);
  const watching = world.spawn(['watch', id]);
  await watching.saw(/Needs Confirmation/);
  await happens(id, { type: 'task.failed', at, reason: 'confirmation_timeout', message: 'No code came' });
  expect((await watching.ended).code).toBe(3);
});

test('a cancelled task is exit code 5, in JSON with the task as the last line', async () => {
  const id = await started();
  const watching = world.spawn(['watch', id, '--json']);
  await watching.saw(/task\.queued/);
  await run(['cancel', id]);
  const { code, stdout } = await watching.ended;
  expect(code).toBe(5);
  expect(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ task_id: id, status: 'cancelled' });
});

test('at a terminal a line at the bottom says how the task stands, and leaving lets it go on', async () => {
  const id = await started();
  await claim(id);
  await happens(id, planning, {
    type: 'plan.updated',
    at,
    steps: [
      { title: 'write', status: 'done' },
      { title: 'test', status: 'pending' },
    ],
  });
  const watching = world.spawn(['watch', id], { inTerminal: true, env: { TERM: 'xterm', NO_COLOR: '1' } });
  await watching.saw(new RegExp(`\\r\\x1b\\[K[⠋-⠿] #${id} · planning · █████░░░░░ 50% · 0:\\d\\d of 15:00`, 'u'));
  // Nothing but what clears the line, and nothing that prints without colours is coloured.
  expect(watching.shown().replaceAll('\u001b[K', '')).not.toContain('\u001b[');
  watching.write('\u0003');
  const { code, stdout } = await watching.ended;
  expect(code).toBe(130);
  expect(stdout).toContain(`Task #${id} goes on`);
  expect((await world.store.read(id))?.state).toBe('started');
});

test('at a terminal what happens has its time and its colour, and a question is asked where the task is watched', async () => {
  const id = await started();
  await claim(id);
  await happens(id, planning, {
    type: 'command.finished',
    at,
    callId: 'c1',
    command: 'npm test',
    purpose: 'test',
    exitCode: 1,
    timedOut: false,
    durationMs: 1,
    output: 'one \u001b[2Jred',
    counts: null,
  });
  const watching = world.spawn(['watch', id], { inTerminal: true, env: { TERM: 'xterm', TZ: 'UTC' } });
  await watching.saw(new RegExp(`${dim('22:13:20')}  📋 Planning approach\\.\\.\\.`, 'u'));
  await watching.saw(new RegExp(`${red('❌ Command failed')}\\r\\n {10}${dim('│ one red')}\\r\\n`, 'u'));
  await watching.saw(new RegExp(cyan('planning')));
  const question = {
    id: 'q1',
    callId: 'c2',
    text: 'Which database?',
    options: ['SQLite', 'Postgres'],
    askedAt: Date.now(),
    expiresAt: Date.now() + 60_000,
  };
  await happens(id, { type: 'question.asked', at: Date.now(), question });
  await watching.saw(/Which database\?[\s\S]*2\. Postgres[\s\S]*Your answer: /);
  watching.write('2\r');
  await watching.saw(/Answer received/);
  expect((await world.store.events(id)).at(-1)?.event).toMatchObject({
    type: 'question.answered',
    text: expect.stringContaining('Postgres'),
  });
  await happens(id, { ...timedOut, at: Date.now() });
  const { code, stdout } = await watching.ended;
  expect(code).toBe(4);
  expect(stdout).toMatch(/Time limit reached \(15 min\)[\s\S]*0 turns · 0:00 · \$0\.00\S*\r\n$/u);
});

test('without a terminal it is said how to answer', async () => {
  const id = await started();
  await askForCode(id);
  const watching = world.spawn(['watch', id]);
  await watching.saw(new RegExp(`Answer with: tars confirm ${id}`));
  await happens(id, timedOut);
  expect((await watching.ended).code).toBe(4);
});

test('a terminal that cannot redraw gets no such line', async () => {
  const id = await started();
  const watching = world.spawn(['watch', id], { inTerminal: true, env: { TERM: 'dumb' } });
  await watching.saw(/🚀 Started/);
  await run(['cancel', id]);
  const { code, stdout } = await watching.ended;
  expect(code).toBe(5);
  expect(stdout).not.toContain('\u001b[K');
});

test('the code is asked for where the task is watched', async () => {
  const id = await started();
  await askForCode(id);
  const watching = world.spawn(['watch'], { inTerminal: true });
  await watching.saw(/Confirmation code \(or no\): /);
  watching.write('no\r');
  await watching.saw(/Denied/);
  await happens(id, timedOut);
  expect((await watching.ended).code).toBe(4);
});

test('which task to watch is asked where several run, and said where none does', async () => {
  expect(await run(['watch'])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('No background tasks running, sir.') });
  const ids = [await started(), await started()];
  const answer = await run(['watch']);
  expect(answer).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Which task, sir\?/) });
  for (const id of ids) expect(answer.stderr).toContain(id);
  expect(await run(['watch', 'zzzz'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Task not found, sir.') });
});
