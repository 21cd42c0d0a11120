import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Event, Proof } from '@tars/core';
import { BIN, CODE, useTars } from '../testing/use-tars.js';
import { COMMANDS } from './commands.js';
import { helpOf } from './help.js';

const world = useTars();
const tars = world.run;
const { started, claim, happens, askForCode } = world;

test('the overview names every command, and each explains itself', async () => {
  const overview = await tars(['--help']);
  expect(overview).toMatchObject({ code: 0, stderr: '' });
  for (const { name, summary, load } of COMMANDS) {
    expect(overview.stdout).toMatch(new RegExp(`^  ${name} +`, 'm'));
    expect(overview.stdout).toContain(` ${summary}\n`);
    const command = await load();
    expect(command.usage.split(' ')[0]).toBe(name);
    for (const option of Object.keys(command.options)) expect(helpOf(command)).toContain(`--${option}`);
  }
  const help = await tars(['status', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Usage: tars status \[id\]\n/) });
  expect((await tars(['help', 'status'])).stdout).toBe(help.stdout);
});

test('start hands the goal over: the task in JSON, or in words', async () => {
  const answer = await tars(['start', 'build a calculator', '--project', world.project, '--minimal', '--minutes', '2.5', '--json']);
  expect(answer.code).toBe(0);
  const { task_id: id, goal, project: where, status } = JSON.parse(answer.stdout);
  expect({ goal, where, status }).toEqual({ goal: 'build a calculator', where: world.project, status: 'queued' });
  expect(await world.store.read(id)).toMatchObject({ verbose: false, limits: { workMs: 150_000 } });
  const words = await tars(['start', 'build', 'another', 'one', '-p', 'calculator', '--detailed'], { cwd: world.dir });
  expect(words.stdout).toMatch(/^Started autonomous coding task #\w{4} in background, sir\.\nGoal: build another one\nProject: /);
});

test('without --project the folder one stands in is meant, unless it holds all projects or TARS itself', async () => {
  expect(JSON.parse((await tars(['start', 'tidy up', '--json'])).stdout).project).toBe(world.project);
  for (const cwd of [join(world.dir, 'projects'), dirname(dirname(BIN))]) {
    const answer = await tars(['start', 'tidy up'], { cwd });
    expect(answer).toMatchObject({ code: 2, stdout: '', stderr: 'Please open or specify a project first, sir.\n' });
  }
});

test('the same goal typed twice is two tasks', async () => {
  expect(await started()).not.toBe(await started());
});

test('status and list show tasks in words and in JSON', async () => {
  const id = await started();
  expect((await tars(['status'])).stdout).toBe(
    `Task #${id}: queued\nGoal: tidy up\nProgress: Waiting for a worker\nCurrent Phase: started\n`,
  );
  expect(JSON.parse((await tars(['status', `#${id.toUpperCase()}`, '--json'])).stdout)).toMatchObject({ task_id: id, status: 'queued' });
  await askForCode(await started());
  const list = await tars(['list']);
  expect(list.stdout).toMatch(/^queued 1 · running 0 · waiting 1 · failed 0 · workers alive 0\n\w{4} {2}waits for a code /);
  const inJson = JSON.parse((await tars(['list', '--state', 'queued', '--json'])).stdout);
  expect(inJson).toMatchObject({ queued: 1, waiting: 1, workers_alive: 0, tasks: [{ task_id: id }] });
});

test('a control sequence in a goal does not reach the terminal', async () => {
  await tars(['start', 'tidy \u001b[2J\u202eup\u0007', '--json']);
  const { stdout } = await tars(['list']);
  expect(stdout).toMatch(/tidy (\[2J)?up/);
  expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
});

test('cancel stops a task nobody works on, and says when it has ended already', async () => {
  const id = await started();
  expect(await tars(['cancel', id])).toMatchObject({ code: 0, stdout: `Task ${id} cancelled, sir.\n` });
  expect((await world.store.read(id))?.state).toBe('cancelled');
  expect(await tars(['cancel', id])).toMatchObject({ code: 1, stdout: '', stderr: `Task ${id} has already ended (cancelled), sir.\n` });
});

test('a cancel that no worker confirms is not called done', async () => {
  const id = await started();
  await claim(id);
  const answer = await tars(['cancel', id]);
  expect(answer).toMatchObject({ code: 1, stdout: expect.stringContaining('being cancelled') });
  expect((await world.store.read(id))?.cancelRequested).toBe(true);
});

test('confirm takes the code from stdin: wrong leaves it waiting, right approves', async () => {
  const id = await started();
  await askForCode(id);
  const wrong = await tars(['confirm', id, '--json'], { input: '0000\n' });
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stdout)).toMatchObject({ status: 'error', reason: 'wrong_code', tries_left: 4, task_id: id });
  const right = await tars(['confirm'], { input: `${CODE}\n` });
  expect(right).toMatchObject({ code: 0, stdout: expect.stringContaining('Confirmation code received') });
  expect((await world.store.read(id))?.grant).toMatchObject({ taskId: id });
  expect(await tars(['confirm', id], { input: CODE })).toMatchObject({
    code: 1,
    stderr: `Task ${id} is not waiting for a confirmation code, sir.\n`,
  });
});

test('a code among the arguments is refused and not repeated', async () => {
  const id = await started();
  await askForCode(id);
  const answer = await tars(['confirm', id, CODE], { input: CODE });
  expect(answer).toMatchObject({ code: 2, stdout: '' });
  expect(answer.stderr).toContain('never an argument');
  expect(answer.stderr).not.toContain(CODE);
  expect((await world.store.read(id))?.confirmation).not.toBeNull();
});

test('at a terminal the code is asked for and never shown', async () => {
  const id = await started();
  await askForCode(id);
  const command = world.spawn(['confirm', id], { inTerminal: true });
  await command.saw(/Confirmation code: /);
  expect(command.shown()).toContain('rm old_backup.js');
  command.write(`${CODE}\r`);
  expect((await command.ended).code).toBe(0);
  const shown = command.shown();
  expect(shown).toContain('Confirmation code received');
  expect(shown).not.toContain(CODE);
});

test('deny says no, with the reason for the agent', async () => {
  const id = await started();
  await askForCode(id);
  expect(await tars(['deny', '--because', 'I need it'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Denied') });
  const answered = (await world.store.events(id)).find(({ event }) => event.type === 'confirmation.answered');
  expect(answered?.event).toMatchObject({ outcome: 'denied', feedback: 'I need it', channel: 'cli' });
});

test('classify answers every line with one JSON line, also from JSON', async () => {
  const input = 'rm -rf build\n{"cmd":"cd src\\nls"}\n{ echo hi; }\n\nprintf "a\rb\u2028c"';
  const { code, stdout, stderr } = await tars(['classify'], { input });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(lines.map(({ cmd }) => cmd)).toEqual(['rm -rf build', 'cd src\nls', '{ echo hi; }', '', 'printf "a\rb\u2028c"']);
  expect(Object.keys(lines[0])).toEqual(['cmd', 'kind', 'reason', 'rule', 'part', 'purpose']);
  expect(lines[0]).toMatchObject({ kind: 'destructive', reason: 'delete files' });
  expect(lines[1]).toMatchObject({ kind: 'safe' });
});

const NOWHERE = { REDIS_URL: 'redis://127.0.0.1:1/0' };
const MISTAKES: [what: string, args: string[], code: number, says: RegExp, env?: Record<string, string>][] = [
  ['no command', [], 2, /Usage: tars <command>/],
  ['an unknown command', ['dance'], 2, /no command "dance".*--help/],
  ['an unknown option', ['list', '--loud'], 2, /--loud/],
  ['no goal', ['start'], 2, /Please provide a coding goal, sir/],
  ['no goal to run', ['run', ' '], 2, /Please provide a coding goal, sir/],
  ['no key to run with', ['run', 'x'], 2, /ANTHROPIC_API_KEY/],
  ['two verbosities', ['start', 'x', '--detailed', '--minimal'], 2, /one of --detailed and --minimal/],
  ['minutes that are none', ['start', 'x', '--minutes', 'soon'], 2, /--minutes.*"soon"/],
  ['a project outside the roots', ['start', 'x', '--project', '/etc'], 2, /\/etc lies outside.*PROJECTS_ROOT/],
  ['a project that is a file', ['start', 'x', '--project', './notes.txt'], 2, /notes\.txt is a file/],
  ['an unknown task', ['status', 'zzzz'], 2, /Task not found, sir.*zzzz.*tars list/],
  ['an unknown task to cancel', ['cancel', 'zzzz'], 2, /Task not found, sir.*zzzz/],
  ['no task to cancel', ['cancel'], 2, /tars cancel <id>/],
  ['an undo of nothing', ['undo'], 2, /Which task/],
  ['an unknown state', ['list', '--state', 'busy'], 2, /"busy".*queued/],
  ['a malformed n8n URL', ['list'], 2, /N8N_WEBHOOK_URL.*http/, { N8N_WEBHOOK_URL: 'n8n' }],
  ['several wrong settings', ['list'], 2, /SANDBOX.*perhaps[\s\S]*WEBHOOK_PORT/, { SANDBOX: 'perhaps', WEBHOOK_PORT: 'http' }],
  ['a missing settings file', ['list', '--env-file', '/nowhere/.env'], 2, /\/nowhere\/\.env/],
  ['Redis down', ['list'], 69, /127\.0\.0\.1:1.*REDIS_URL/, NOWHERE],
  ['Redis down for the api', ['api'], 69, /REDIS_URL/, NOWHERE],
  ['wrong settings for the api', ['api'], 2, /WEBHOOK_PORT/, { WEBHOOK_PORT: 'http' }],
];

test.each(MISTAKES)('%s: a clear answer and its exit code', async (_, args, code, says, env = {}) => {
  await writeFile(join(world.project, 'notes.txt'), '');
  const answer = await tars(args, { env });
  expect({ code: answer.code, stdout: answer.stdout }).toEqual({ code, stdout: '' });
  expect(answer.stderr).toMatch(says);
  expect(answer.stderr).not.toMatch(/\n\s+at /);
});

test('settings come from --env-file and never from the project, and the environment wins', async () => {
  await writeFile(join(world.project, '.env'), 'REDIS_URL=redis://127.0.0.1:1/0\n');
  const file = join(world.dir, 'settings.env');
  await writeFile(file, 'MAX_TASK_RUNTIME_MINUTES=3\nMAX_ITERATIONS=7\n');
  const id = JSON.parse((await tars(['start', 'x', '--json', '--env-file', file], { env: { MAX_ITERATIONS: '9' } })).stdout).task_id;
  expect((await world.store.read(id))?.limits).toMatchObject({ workMs: 180_000, turns: 9 });
});

const PROOF: Proof = {
  verdict: 'UNVERIFIED',
  checks: [],
  tests_changed: [],
  diff: { files: 0, insertions: 0, deletions: 0 },
  sentence: 'Done, but nothing could be verified.',
};
const at = 1_700_000_000_000;
const ENDINGS: [what: string, event: Event, code: number][] = [
  ['finished', { type: 'task.finished', at, proof: PROOF, summary: '', filesChanged: [], branch: null, suggestedCommitMessage: null }, 0],
  ['failed', { type: 'task.failed', at, reason: 'max_turns', message: '50 turns' }, 1],
  ['failed for want of a code', { type: 'task.failed', at, reason: 'confirmation_timeout', message: 'No code came' }, 3],
  ['timed out', { type: 'task.timed_out', at, minutes: 15 }, 4],
  ['cancelled', { type: 'task.cancelled', at, channel: 'discord', stopped: 0 }, 5],
];

/** `start --watch` under way, with the task's id once it has printed it. */
async function watching() {
  const command = world.spawn(['start', 'tidy up', '--watch', '--json']);
  const lines = (): Record<string, unknown>[] =>
    command
      .shown()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  await command.saw(/\n.*\n/);
  return { ...command, lines, id: String(lines()[0]?.task_id) };
}

test.each(ENDINGS)('start --watch follows a task that is %s to its end', async (_, event, code) => {
  const { lines, saw, ended, id } = await watching();
  await claim(id);
  await happens(id, { type: 'phase.entered', at, phase: 'planning', left: null, leftWell: false });
  await saw(/📋 Planning approach\.\.\./);
  expect((await happens(id, event)).kind).toBe('committed');
  expect((await ended).code).toBe(code);
  expect(
    lines()
      .filter(({ sequence }) => sequence !== undefined)
      .map(({ sequence }) => sequence),
  ).toEqual([1, 2, 3, 4]);
  expect(lines().at(-1)).toMatchObject({ task_id: id, status: (await world.store.read(id))?.state });
});

test('leaving start --watch lets the task go on', async () => {
  const { kill, ended, id } = await watching();
  kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect((await world.store.read(id))?.state).toBe('queued');
});

test('the api alone serves until it is told to stop', async () => {
  const command = world.spawn(['api'], { env: { WEBHOOK_PORT: '0', LOG_FORMAT: 'json' } });
  await command.saw(/Listening on http:/);
  const url = /Listening on (http:\S+?)"/.exec(command.shown())?.[1];
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ok' });
  command.kill('SIGTERM');
  expect((await command.ended).code).toBe(0);
});

test('reading commands leave nothing behind in the state directory but the keys', async () => {
  await tars(['list']);
  expect((await readdir(join(world.dir, 'state'))).sort()).toEqual([
    'confirmation-public-key.pem',
    'confirmation-signing-key.pem',
    'redis-socket',
  ]);
});
