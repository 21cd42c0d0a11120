// Which packages the workspace holds, read from the one place that lists them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** This repository. */
export const ROOT = join(import.meta.dirname, '..');

export const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Every package as `{ folder, manifest }`, the folder relative to `root`; the root itself is not among them. */
export function workspacePackages(root) {
  // The list stands on one line of the file, in a form that is JSON as well.
  const listed = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8').match(/^packages: (\[.*\])$/m);
  if (listed === null) throw new Error('pnpm-workspace.yaml has no line `packages: [...]`.');
  return JSON.parse(listed[1])
    .flatMap((pattern) => folders(root, pattern))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readJson(join(root, folder, 'package.json')) }));
}

/** What a pattern such as `packages/*` stands for. */
function folders(root, pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent))
    .sort()
    .map((name) => `${parent}/${name}`);
}

const GENERATED = new Set(['node_modules', 'dist', 'coverage', '.turbo']);

/** Every file below `folder` that a person wrote, as paths relative to `root`, in a stable order. */
export function writtenFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !GENERATED.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? writtenFiles(root, `${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
}
