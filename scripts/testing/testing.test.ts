import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const href = (file: string) => JSON.stringify(pathToFileURL(join(__dirname, file)).href);

/** What the script prints as JSON. */
const run = (script: string) => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 25_000 });
  return JSON.parse(stdout);
};

test('every test is counted once: green, red and skipped ones, and a file that cannot run as one red', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tars-counting-'));
  try {
    writeFileSync(join(folder, 'a.test.js'), "test('a', () => {}); test('b', () => {}); test('c', () => { throw new Error('red'); });");
    writeFileSync(join(folder, 'b.test.js'), "test.skip('d (no bubblewrap here)', () => {}); test.todo('e');");
    writeFileSync(join(folder, 'c.test.js'), "throw new Error('cannot be loaded');");
    const config = JSON.stringify({ rootDir: folder, testMatch: ['<rootDir>/*.test.js'], transform: {} });
    const args = JSON.stringify(['--config', config]);
    expect(run(`import { runJest } from ${href('jest.mjs')}; console.log(JSON.stringify(await runJest(${args}, process.env)));`)).toEqual({
      passed: 2,
      failed: 2,
      skipped: ['d (no bubblewrap here)', 'e'],
      complaints: [],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a jest that cannot even begin is a failure, not an empty success', () => {
  const args = JSON.stringify(['--config', JSON.stringify({ rootDir: join(tmpdir(), 'tars-there-is-no-such-folder') })]);
  expect(
    run(`import { runJest } from ${href('jest.mjs')}; console.log(JSON.stringify(await runJest(${args}, process.env)));`),
  ).toMatchObject({
    passed: 0,
    failed: 1,
    complaints: [expect.stringContaining('before it recorded anything')],
  });
});

const look = (mark: string) =>
  run(`import { leftovers } from ${href('leftovers.mjs')}; console.log(JSON.stringify(leftovers('${mark}')));`);

(process.platform === 'linux' ? test : test.skip)(
  'a process that outlived its run is found by the mark of the run (skipped: needs /proc)',
  async () => {
    const mark = `mark-${process.pid}-${Date.now()}`;
    expect(look(mark)).toEqual([]);
    const child = spawn('sleep', ['300'], { env: { ...process.env, TARS_TEST_RUN: mark }, stdio: 'ignore' });
    await once(child, 'spawn');
    expect(look(mark)).toEqual([{ pid: child.pid, command: 'sleep 300' }]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(look(mark)).toEqual([]);
  },
);
