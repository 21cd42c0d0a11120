// What is published, as a stranger gets it: packed, judged, and installed in an empty project.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TempDir, tempDir } from '@tars/testkit';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const FOLDERS = ['packages', 'apps'].flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`));
type Manifest = { name: string; private?: boolean };
const PUBLISHED = FOLDERS.map((folder) => ({
  folder,
  manifest: JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest,
}))
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ folder, manifest }) => ({ folder, name: manifest.name }));

let at: TempDir;
const tarballs = new Map<string, string>();

beforeAll(async () => {
  at = await tempDir('tars-packages-');
  for (const { folder, name } of PUBLISHED) {
    const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', at.path], { cwd: join(ROOT, folder) });
    tarballs.set(name, (JSON.parse(stdout) as { filename: string }).filename);
  }
}, 120_000);
afterAll(() => at.remove());

/** A stranger's machine: nothing of this repository is found by the way. */
const alone = { ...process.env, NODE_PATH: '' };
const tarballOf = (name: string): string => tarballs.get(name) ?? '';

test('six packages are published', () => {
  expect(PUBLISHED.map(({ name }) => name).sort()).toEqual(
    ['@tars/api', '@tars/core', '@tars/notifier', '@tars/safety', '@tars/worker', 'tars-bridge'].sort(),
  );
});

type Judged = { lint: string[]; types: { kind: string; resolutionKind?: string }[] };

test.each(PUBLISHED)(
  '$name is packed as publint asks, its types are those of what is loaded, and no source or test is in it',
  async ({ name }) => {
    const judged = await run(process.execPath, [join(ROOT, 'e2e/packages/judge.mjs'), tarballOf(name)]);
    const { lint, types } = JSON.parse(judged.stdout) as Judged;
    expect(lint).toEqual([]);
    // Node 20.19 and newer load ES modules by require; the older resolver of TypeScript knows no doors.
    expect(types.filter(({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10')).toEqual([]);
    const { stdout } = await run('tar', ['-tzf', tarballOf(name)]);
    const files = stdout.trim().split('\n');
    expect(files.filter((file) => /\/src\/|\.map$|\.test\.|tsbuildinfo|testing\//.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/dist/index.js', 'package/dist/index.d.ts']),
    );
  },
  60_000,
);

test('in an empty project the examples of every page run, from ES modules and from CommonJS', async () => {
  const project = join(at.path, 'project');
  await mkdir(project);
  const files = Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`]));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, dependencies: files }));
  await writeFile(
    join(project, 'pnpm-workspace.yaml'),
    JSON.stringify({ overrides: files, allowBuilds: { 'node-pty': false }, packages: ['.'] }),
  );
  await run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], { cwd: project });
  for (const { folder, name } of PUBLISHED) {
    const page = await readFile(join(ROOT, folder, 'README.md'), 'utf8');
    const example = /```(?:js|ts)\n(.*?)```/s.exec(page)?.[1];
    if (example === undefined) throw new Error(`${folder}/README.md holds no example.`);
    await writeFile(join(project, 'example.mjs'), example);
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: project, env: alone, timeout: 60_000 });
    // The example of safety shows its answer in a comment instead.
    if (name !== '@tars/safety') expect(stdout.trim()).not.toBe('');
  }
  await writeFile(
    join(project, 'example.cjs'),
    "const { createTarsBridge } = require('tars-bridge'); process.stdout.write(typeof createTarsBridge);",
  );
  const { stdout } = await run(process.execPath, ['example.cjs'], { cwd: project, env: alone });
  expect(stdout).toBe('function');
}, 180_000);

test('a host without the worker is told what to install when it asks for one, and needs none otherwise', async () => {
  const project = join(at.path, 'host');
  await mkdir(project);
  const files = Object.fromEntries(
    [...tarballs].filter(([name]) => name !== '@tars/worker').map(([name, tarball]) => [name, `file:${tarball}`]),
  );
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'host', private: true, dependencies: { 'tars-bridge': files['tars-bridge'] } }),
  );
  await writeFile(join(project, 'pnpm-workspace.yaml'), JSON.stringify({ overrides: files, packages: ['.'], autoInstallPeers: false }));
  await run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], { cwd: project });
  await writeFile(
    join(project, 'host.mjs'),
    `import { createTarsBridge } from 'tars-bridge';
     const env = { REDIS_URL: 'redis://127.0.0.1:1', TARS_STATE_DIR: ${JSON.stringify(join(project, 'state'))} };
     const refused = await createTarsBridge({ env, embed: ['worker'] }).catch((error) => error);
     const bridge = await createTarsBridge({ env });
     const { ok } = await bridge.call('check_coding_progress', {}, { sessionId: 's' });
     await bridge.close();
     process.stdout.write(JSON.stringify({ code: refused.code, message: refused.message, ok }));`,
  );
  const { stdout } = await run(process.execPath, ['host.mjs'], { cwd: project, env: alone, timeout: 60_000 });
  expect(JSON.parse(stdout)).toEqual({ code: 'part_missing', message: expect.stringContaining('npm install @tars/worker'), ok: false });
}, 120_000);
