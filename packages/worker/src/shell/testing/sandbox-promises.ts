// The promises every sandbox keeps, tried on a real bash inside a real one.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as always, beforeAll, expect } from '@jest/globals';
import { taskProcesses } from '../process-tree.js';
import type { SandboxKind } from '../sandbox.js';
import { openShell, type Shell } from '../shell.js';

export const hasSandbox = ['bwrap', 'socat'].every((tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error === undefined);
/** Skipped in sight where the machine has no bubblewrap, unless everything must be proved here. */
export const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

export function keepsItsPromises(kind: SandboxKind): void {
  const inTime = { timeoutSeconds: 20 };
  const taskId = `s${process.pid}`;
  let root: string;
  let projectDir: string;
  let shell: Shell;
  let server: Server;
  let port: number;
  let visits = 0;

  beforeAll(async () => {
    if (test !== always) return;
    process.env.ANTHROPIC_API_KEY = 'sk-planted-secret';
    root = realpathSync(mkdtempSync(join(tmpdir(), 'tars-sandbox-')));
    projectDir = join(root, 'project');
    for (const folder of ['project', 'keys', 'keys/tasks/one', 'keys/tasks/one/tmp']) mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(projectDir, '.env'), 'TOKEN=planted-in-env-file\n');
    mkdirSync(join(projectDir, 'deep/er'), { recursive: true });
    writeFileSync(join(projectDir, 'deep/er/.env.local'), 'TOKEN=planted-in-env-file\n');
    linkSync(join(projectDir, '.env'), join(projectDir, 'same-file.txt'));
    symlinkSync('.env', join(projectDir, 'link.txt'));
    writeFileSync(join(projectDir, '.env.example'), 'TOKEN=\n');
    writeFileSync(join(root, 'keys/signing.key'), 'planted-signing-key\n');
    mkdirSync(join(projectDir, 'package'));
    writeFileSync(join(projectDir, 'package/package.json'), '{"name":"kept","version":"1.0.0"}');
    spawnSync('git', ['init', '-q', projectDir]);
    server = createServer((_, response) => {
      visits++;
      response.end('reached');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    const stateDir = join(root, 'keys/tasks/one');
    shell = await openShell({
      since: 1,
      attempt: 1,
      taskId,
      projectDir,
      tempDir: join(stateDir, 'tmp'),
      stateDir,
      sandbox: 'required',
      sandboxKind: kind,
      allowedDomains: ['allowed.invalid'],
      hidden: [join(root, 'keys')],
    });
  }, 30_000);

  afterAll(async () => {
    if (test !== always) return;
    server.close();
    await shell.close();
    delete process.env.ANTHROPIC_API_KEY;
    rmSync(root, { recursive: true, force: true });
  });

  test('project and temporary folder can be written, and the shell says what it runs in', async () => {
    expect(shell.sandbox).toEqual({ kind });
    const { exitCode, output } = await shell.run(
      'echo a >made.txt && echo b >"$TMPDIR/made.txt" && cat made.txt "$TMPDIR/made.txt"',
      inTime,
    );
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: 'a\nb\n' });
    expect(readFileSync(join(projectDir, 'made.txt'), 'utf8')).toBe('a\n');
    const { outputFile } = await shell.run('echo whole', inTime);
    expect((await shell.run(`cat ${outputFile}`, inTime)).output).toBe('whole\n');
  });

  test.each([
    '../outside.txt',
    '/tmp/tars-outside.txt',
    `${homedir()}/tars-outside.txt`,
    '/etc/tars-outside.txt',
    '.git/hooks/pre-commit',
    '.git/config',
  ])('a write to %s changes nothing outside', async (path) => {
    const before = existsSync(join(projectDir, path)) ? readFileSync(join(projectDir, path), 'utf8') : null;
    await shell.run(`echo evil >>'${path}'`, inTime);
    const target = path.startsWith('/') ? path : join(projectDir, path);
    expect(existsSync(target) ? readFileSync(target, 'utf8') : null).toBe(before);
  });

  test('a symlink out of the project does not lead a write out', async () => {
    await shell.run(`ln -s ${root} out && echo evil >out/linked.txt`, inTime);
    expect(existsSync(join(root, 'linked.txt'))).toBe(false);
  });

  test('a server on this machine cannot be reached from inside, by any of five ways', async () => {
    const url = `http://127.0.0.1:${port}/`;
    const before = visits;
    const { output } = await shell.run(
      [
        `curl -s -m 3 --noproxy '*' ${url}`,
        `curl -s -m 3 ${url}`,
        `curl -s -m 3 --proxy "$HTTP_PROXY" --noproxy '' ${url}`,
        `exec 5<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&5 && cat <&5`,
        `python3 -c "import urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open('${url}',timeout=3).read())"`,
      ]
        .map((way) => `(${way})`)
        .join('; '),
      inTime,
    );
    expect(output).not.toContain('reached');
    expect(visits).toBe(before);
    // The same server from outside: it was there to be reached.
    expect(await (await fetch(url)).text()).toBe('reached');
  });

  test('a domain that is not allowed is refused by the proxy', async () => {
    const { output } = await shell.run('curl -sS -m 5 -i http://forbidden.invalid/ 2>&1', inTime);
    expect(output).toMatch(/403/);
  });

  test('planted secrets are seen neither in env nor in /proc nor in files', async () => {
    const { output } = await shell.run(
      `env; cat /proc/*/environ | tr "\\0" "\\n"; cat .env link.txt same-file.txt deep/er/.env.local; cp .env copy.txt; cat copy.txt; ln -f .env hard.txt; cat hard.txt; tar cf - . | strings | grep planted; mv deep moved; cat moved/er/.env.local; mv moved deep; rm -f copy.txt hard.txt; cat ${join(root, 'keys/signing.key')}; ls ${join(root, 'keys')}; grep -r planted . ${root} /proc/*/environ /proc/*/root/${root}/keys /proc/${process.pid}/environ; true`,
      inTime,
    );
    expect(output).not.toContain('planted-in-env-file');
    expect(output).not.toContain('planted-signing-key');
    expect(output).not.toContain('sk-planted-secret');
    expect((await shell.run('cat .env.example', inTime)).output).toBe('TOKEN=\n');
  });

  test('credentials of the owner are not there to be read', async () => {
    const { output } = await shell.run('find ~/.ssh ~/.aws -mindepth 1 2>/dev/null | wc -l', inTime);
    expect(output.trim()).toBe('0');
  });

  test('processes outside are neither seen nor reached', async () => {
    const { output } = await shell.run(`kill -0 ${process.pid} 2>&1; cat /proc/${process.pid}/cmdline 2>&1 | tr '\\0' ' '`, inTime);
    expect(output).not.toContain('jest');
    expect(output).toMatch(/No such process|not permitted/);
  });

  test('ordinary work goes on inside: children that talk, locks, process substitution', async () => {
    const { output } = await shell.run(
      [
        'cat <(echo substituted)',
        `echo "process.send('told')" >child.cjs && node -e "require('node:child_process').fork('./child.cjs').on('message', (word) => console.log(word))"`,
        'python3 -c "import multiprocessing as m; m.Lock(); print(\'locked\')"',
        'git -c user.name=a -c user.email=a@b add made.txt && git -c user.name=a -c user.email=a@b commit -qm one && git log --format=%s',
      ].join('; '),
      inTime,
    );
    expect(output).toBe('substituted\ntold\nlocked\none\n');
  });

  test('package tools can keep what they download', async () => {
    const { output } = await shell.run(
      'npm pack --silent --pack-destination "$TMPDIR" ./package && npm cache add "$TMPDIR"/kept-1.0.0.tgz && npm cache ls | grep -c kept',
      inTime,
    );
    expect(output.trim().split('\n').at(-1)).toMatch(/^[1-9]\d*$/);
  });

  test('a command whose time is over dies inside the wall with its setsid children, and the shell stays', async () => {
    const { pid } = shell;
    const result = await shell.run("trap '' TERM; (setsid sleep 602 &); sleep 601 & sleep 600", { timeoutSeconds: 0.3 });
    expect(result).toMatchObject({ timedOut: true, exitCode: null });
    expect(result.shellReplaced).toBeUndefined();
    expect(shell.pid).toBe(pid);
    expect((await taskProcesses(taskId, [])).filter(({ command }) => command.includes('sleep 60'))).toEqual([]);
  });

  test('a shell killed from inside is replaced by one behind the same wall', async () => {
    expect(await shell.run('kill -9 $PPID; sleep 600', inTime)).toMatchObject({ exitCode: null, shellReplaced: true });
    await shell.run('echo evil >../outside.txt', inTime);
    expect(existsSync(join(root, 'outside.txt'))).toBe(false);
  });

  test('the close leaves no process, no file of the wall in the project, and no child that cleared its environment', async () => {
    await shell.run('(env -i setsid sleep 605 &); sleep 606 & (setsid nohup sleep 607 >/dev/null 2>&1 &); echo', inTime);
    const mine = (await taskProcesses(taskId, [shell.pid])).filter(({ command }) => /sleep 60[567]/.test(command));
    expect(mine).toHaveLength(3);
    await shell.close();
    expect(await taskProcesses(taskId, [shell.pid])).toEqual([]);
    expect(mine.filter(({ pid }) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readdirSync(projectDir).sort()).toEqual([
      '.env',
      '.env.example',
      '.git',
      'child.cjs',
      'deep',
      'link.txt',
      'made.txt',
      'out',
      'package',
      'same-file.txt',
    ]);
  });
}
