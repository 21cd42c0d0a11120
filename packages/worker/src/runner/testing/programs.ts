// Programs and packages that came with our own dependencies, put where a project of a test finds them.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const WORKER = join(import.meta.dirname, '../../..');
const ROOT = join(WORKER, '../..');

const folderOf = (name: string): string => {
  const found = [WORKER, ROOT].map((from) => join(from, 'node_modules', name)).find(existsSync);
  if (found === undefined) throw new Error(`${name} is not installed.`);
  return found;
};

function programOf(name: string): string {
  const folder = folderOf(name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  return join(folder, typeof bin === 'string' ? bin : (bin[name] ?? ''));
}

/** As npm would have installed them, by links. */
export async function install(project: string, names: readonly string[]): Promise<void> {
  const bin = join(project, 'node_modules/.bin');
  await mkdir(bin, { recursive: true });
  for (const name of names) {
    await symlink(await realpath(folderOf(name)), join(project, 'node_modules', name));
    await symlink(await realpath(programOf(name)), join(bin, name));
  }
}

/** The program of this machine's kind; bun would link it to its own place by a script, which no installation of ours runs. */
function bun(): string {
  const own = `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`;
  return createRequire(realpathSync(join(folderOf('bun'), 'package.json'))).resolve(`${own}/bin/bun`);
}

/** bun, pnpm and yarn stand on the search path, until the answer is called. */
export function withPackageManagers(): () => void {
  const dir = mkdtempSync(join(tmpdir(), 'tars-managers-'));
  const programs = { bun: bun(), pnpm: join(ROOT, '.tools/node_modules/.bin/pnpm'), yarn: programOf('yarn') };
  for (const [name, path] of Object.entries(programs)) symlinkSync(realpathSync(path), join(dir, name));
  const before = process.env.PATH;
  process.env.PATH = [dir, before].join(delimiter);
  return () => {
    process.env.PATH = before;
    rmSync(dir, { recursive: true });
  };
}
