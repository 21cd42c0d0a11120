import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tars-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const href = (file: string) => JSON.stringify(pathToFileURL(join(__dirname, file)).href);

/** A process that has the module's exports in `m` and runs `body`. */
const start = (file: string, body: string) =>
  spawn(process.execPath, ['--input-type=module', '-e', `import * as m from ${href(file)};\n${body}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const printed = async (child: ReturnType<typeof start>) => {
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  const [code, signal] = await once(child, 'close');
  return { text, code, signal };
};

const HAND_OVER = (command: string, args: string[]) =>
  `const r = m.createRunner(); r.exitLike(await r.handOver(${JSON.stringify(command)}, ${JSON.stringify(args)}, process.env));`;

test('the command gets its arguments as they are, and its exit code is ours', async () => {
  const child = start(
    'runner.mjs',
    HAND_OVER('node', ['-e', 'console.log(JSON.stringify(process.argv.slice(1))); process.exit(7)', 'a b', '$HOME', '*']),
  );
  expect(await printed(child)).toEqual({ text: '["a b","$HOME","*"]\n', code: 7, signal: null });
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the command, which ends as it likes', async (signal) => {
  const script = `process.on('${signal}', () => { console.log('drained'); process.exit(5); }); console.log('up'); setInterval(() => {}, 1000);`;
  const child = start('runner.mjs', HAND_OVER('node', ['-e', script]));
  child.stdout.once('data', () => child.kill(signal));
  expect(await printed(child)).toEqual({ text: 'up\ndrained\n', code: 5, signal: null });
});

test('a command that dies of a signal is told on as the same signal', async () => {
  expect(await printed(start('runner.mjs', HAND_OVER('sh', ['-c', 'kill -TERM $$'])))).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('two set-ups of one folder never work at the same time', async () => {
  const lock = join(folder, 'lock');
  const inside = join(folder, 'inside');
  const body = `import { writeFileSync, rmSync } from 'node:fs';
    import { setTimeout as delay } from 'node:timers/promises';
    await m.withLock(${JSON.stringify(lock)}, () => {}, async () => {
      writeFileSync(${JSON.stringify(inside)}, '', { flag: 'wx' });
      await delay(150);
      rmSync(${JSON.stringify(inside)});
    });`;
  const codes = await Promise.all([1, 2, 3].map(async () => (await printed(start('lock.mjs', body))).code));
  expect(codes).toEqual([0, 0, 0]);
  expect(existsSync(lock)).toBe(false);
});

test('the lock of a holder that died is taken over', async () => {
  const lock = join(folder, 'lock');
  mkdirSync(lock);
  const minuteAgo = Date.now() / 1000 - 60;
  utimesSync(lock, minuteAgo, minuteAgo);
  const take = `await m.withLock(${JSON.stringify(lock)}, () => console.log('waiting'), async () => console.log('in'));`;
  expect((await printed(start('lock.mjs', take))).text).toBe('waiting\nin\n');
});

/** A workspace of one package, as far as readiness looks at one. */
function writeWorkspace() {
  for (const part of ['packages/a/src', 'packages/a/node_modules', 'packages/a/dist']) mkdirSync(join(folder, part), { recursive: true });
  for (const file of ['pnpm-lock.yaml', 'tsconfig.base.json', 'turbo.json', 'packages/a/src/a.ts']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), 'packages: ["packages/*"]\n');
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'packages/a/package.json'), '{ "scripts": { "build": "tsc -b" }, "dependencies": { "b": "1.0.0" } }');
}

const readiness = (body: string) => {
  const create = `const r = createReadiness(${JSON.stringify(folder)}, ${JSON.stringify(join(folder, 'ready.json'))});`;
  const script = `import { createReadiness } from ${href('readiness.mjs')};\n${create}\n${body}\nconsole.log(r.isInstalled(), r.isBuilt());`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout.trim();
};

test('what was made is ready until its inputs change, and each kind of input makes due only what depends on it', () => {
  writeWorkspace();
  expect(readiness('')).toBe('false false');
  expect(readiness('r.installed(r.installInputs()); r.built(r.buildInputs());')).toBe('true true');
  expect(readiness('')).toBe('true true');

  writeFileSync(join(folder, 'packages/a/src/a.test.ts'), 'a test is not built');
  expect(readiness('')).toBe('true true');
  writeFileSync(join(folder, 'packages/a/src/b.ts'), 'a new source');
  expect(readiness('')).toBe('true false');
  expect(readiness('r.built(r.buildInputs());')).toBe('true true');
  writeFileSync(join(folder, 'pnpm-lock.yaml'), 'changed');
  expect(readiness('')).toBe('false false');
});

test('outputs that were deleted are made again', () => {
  writeWorkspace();
  readiness('r.installed(r.installInputs()); r.built(r.buildInputs());');
  rmSync(join(folder, 'packages/a/dist'), { recursive: true });
  expect(readiness('')).toBe('true false');
  rmSync(join(folder, 'packages/a/node_modules'), { recursive: true });
  expect(readiness('')).toBe('false false');
});

test('a record cut short counts as none', () => {
  writeWorkspace();
  readiness('r.installed(r.installInputs());');
  const file = join(folder, 'ready.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 10));
  expect(readiness('')).toBe('false false');
});
