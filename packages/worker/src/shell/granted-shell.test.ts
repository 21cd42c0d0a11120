// What a yes unlocks: exactly one thing, for exactly one command.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, test as always, beforeAll, expect } from '@jest/globals';
import { serveRepository } from '@tars/testkit';
import type { Access } from './access.js';
import { openShell, type Shell } from './shell.js';
import { hasSandbox } from './testing/sandbox-promises.js';

const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;
const run = promisify(execFile);
const inTime = { timeoutSeconds: 20 };

let root: string;
let projectDir: string;
let shell: Shell;
let hub: Awaited<ReturnType<typeof serveRepository>>;
let database: TcpServer;
let other: Server;
let outsider: ChildProcess;
let queries = 0;
const before = { HOME: process.env.HOME };

const portOf = (server: TcpServer | Server): number => (server.address() as AddressInfo).port;
const remote = (): Access => ({ kind: 'remote', protocol: 'http', url: hub.url, host: '127.0.0.1', port: hub.port });
// Never waited for with everything standing still: the server it talks to lives in this process.
const git = (...args: string[]) =>
  run('git', ['-C', projectDir, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { env: process.env });

beforeAll(async () => {
  if (test !== always) return;
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-granted-')));
  projectDir = join(root, 'project');
  for (const folder of ['project', 'home', 'state', 'state/tmp', 'beside']) mkdirSync(join(root, folder));
  hub = await serveRepository(join(root, 'hub'), { user: 'owner', password: 'planted-password' });
  process.env.HOME = join(root, 'home');
  writeFileSync(join(root, 'home/.git-credentials'), `http://owner:planted-password@127.0.0.1%3a${hub.port}\n`);
  writeFileSync(join(root, 'home/.gitconfig'), '[credential]\n\thelper = store\n');
  await git('init', '-q', '-b', 'main');
  await git('commit', '-q', '--allow-empty', '-m', 'one');
  await git('remote', 'add', 'origin', hub.url);
  await git('push', '-q', '-u', 'origin', 'main');
  await git('commit', '-q', '--allow-empty', '--amend', '-m', 'rewritten');
  // What the task could have put there to be run with the credentials.
  writeFileSync(join(projectDir, '.git/hooks/pre-push'), `#!/bin/sh\nenv >${projectDir}/stolen\n`, { mode: 0o755 });
  await git('config', 'credential.helper', `!f() { env >${projectDir}/stolen; }; f`);
  database = createTcpServer((client) => {
    queries++;
    client.on('error', () => {});
    client.end('+PONG\r\n');
  });
  other = createServer((_, response) => response.end('reached'));
  for (const server of [database, other]) await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  outsider = spawn('sleep', ['600'], { stdio: 'ignore' });
  shell = await openShell({
    taskId: `g${process.pid}`,
    since: 1,
    attempt: 1,
    projectDir,
    tempDir: join(root, 'state/tmp'),
    stateDir: join(root, 'state'),
    sandbox: 'required',
    sandboxKind: 'bubblewrap',
    allowedDomains: [],
  });
}, 30_000);

afterAll(async () => {
  if (test !== always) return;
  process.env.HOME = before.HOME;
  outsider?.kill('SIGKILL');
  await shell?.close();
  database?.close();
  other?.close();
  await hub.close();
  rmSync(root, { recursive: true, force: true });
});

const PUSH = 'git push --force origin main';

test('a force push that was not approved reaches nothing, and one that was goes through with the credentials of the owner', async () => {
  const refused = await shell.run(PUSH, inTime);
  expect(refused.exitCode).not.toBe(0);
  expect(hub.head()).toBe('one');
  const pushed = await shell.runWith(remote(), PUSH, inTime);
  expect(pushed).toMatchObject({ exitCode: 0, output: expect.stringContaining('forced update') });
  expect(hub.head()).toBe('rewritten');
});

test('with the credentials at hand neither hooks nor helpers of the project run', () => {
  expect(existsSync(join(projectDir, 'stolen'))).toBe(false);
});

test('the command after it is as confined as ever', async () => {
  const { exitCode, output } = await shell.run(`${PUSH}; env; cat ~/.git-credentials; git credential fill <<<url=${hub.url}`, inTime);
  expect(exitCode).not.toBe(0);
  expect(output).not.toContain('planted-password');
});

test('a push reaches its own remote and nothing beside it', async () => {
  const { output } = await shell.runWith(
    remote(),
    `curl -s -m 3 http://127.0.0.1:${portOf(other)}/; curl -s -m 3 --noproxy '*' http://127.0.0.1:${portOf(other)}/; curl -s -m 3 -o /dev/null -w '%{http_code}' ${hub.url}/info/refs; echo evil >../outside.txt`,
    inTime,
  );
  expect(output).not.toContain('reached');
  expect(output).toContain('401');
  expect(existsSync(join(root, 'outside.txt'))).toBe(false);
});

test('the credentials stand in the arguments of no process', async () => {
  const seen: string[] = [];
  const watch = setInterval(() => seen.push(execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8' })), 50);
  await shell.runWith(remote(), 'git ls-remote origin; sleep 0.5', inTime);
  clearInterval(watch);
  expect(seen.join('')).toContain('ls-remote');
  expect(seen.join('')).not.toContain('planted-password');
});

test('a database is reached on its port, and no other port is', async () => {
  const ask = (port: number) => `exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5`;
  const port = portOf(database);
  expect((await shell.run(ask(port), inTime)).output).not.toContain('PONG');
  expect(queries).toBe(0);
  expect((await shell.runWith({ kind: 'port', port }, ask(port), inTime)).output).toContain('PONG');
  expect(queries).toBe(1);
  const beside = await shell.runWith({ kind: 'port', port }, `curl -s -m 3 http://127.0.0.1:${portOf(other)}/`, inTime);
  expect(beside.output).not.toContain('reached');
});

test('one folder beside the project is written in, and none else', async () => {
  const folder = join(root, 'beside');
  const command = `echo a >${folder}/made.txt; echo b >${root}/outside.txt`;
  await shell.run(command, inTime);
  expect(existsSync(join(folder, 'made.txt'))).toBe(false);
  await shell.runWith({ kind: 'folder', path: folder }, command, inTime);
  expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('a\n');
  expect(existsSync(join(root, 'outside.txt'))).toBe(false);
});

test('a run outside ends a process outside, and the next command is inside again', async () => {
  const command = `kill ${outsider.pid}`;
  await shell.run(command, inTime);
  expect(outsider.signalCode).toBeNull();
  const gone = new Promise((resolve) => outsider.once('exit', resolve));
  expect(await shell.runWith({ kind: 'outside' }, command, inTime)).toMatchObject({ exitCode: 0 });
  await gone;
  expect((await shell.run(`cat /proc/${process.pid}/cmdline`, inTime)).exitCode).not.toBe(0);
});

test('what an approved command leaves in the background ends with it, and the shell beside it lives on', async () => {
  await shell.run('sleep 603 &', inTime);
  await shell.runWith({ kind: 'outside' }, '(setsid sleep 604 &); echo', inTime);
  const alive = execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8' });
  expect(alive).toContain('sleep 603');
  expect(alive).not.toContain('sleep 604');
});

test('the folder an approved command ends in is where the next one starts', async () => {
  mkdirSync(join(projectDir, 'sub'));
  expect((await shell.runWith(remote(), 'cd sub', inTime)).cwd).toBe(join(projectDir, 'sub'));
  expect((await shell.run('pwd; cd ..', inTime)).output).toBe(`${join(projectDir, 'sub')}\n`);
});
