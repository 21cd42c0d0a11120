// One house, one way to describe a package: the manifests against each other and against what lies on disk.
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readJson, workspacePackages } from '../workspace.mjs';

const SAME_AS_ROOT = ['license', 'type'];
const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Everything that is not as it should be, one sentence each. */
export function manifestProblems(root) {
  const house = readJson(join(root, 'package.json'));
  const packages = workspacePackages(root);
  const folderOf = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]));
  const versions = new Map();
  return [{ folder: '.', manifest: house }, ...packages].flatMap(({ folder, manifest }) => [
    ...SAME_AS_ROOT.filter((key) => manifest[key] !== house[key]).map(
      (key) => `${folder}: "${key}" is not ${JSON.stringify(house[key])} as in the root.`,
    ),
    ...publishingProblems(folder, manifest),
    ...versionProblems(folder, manifest, folderOf, versions),
    ...fileProblems(root, folder, manifest),
    ...referenceProblems(root, folder, manifest, folderOf),
  ]);
}

/** Whoever installs a package gets no sources, so no door may lead to them; and finds out by its manifest what it is for. */
function publishingProblems(folder, { private: isPrivate, description, files, exports = {}, publishConfig }) {
  if (isPrivate) return [];
  const doors = publishConfig?.exports ?? {};
  const isSame = Object.keys(exports).join() === Object.keys(doors).join();
  const isBuilt = Object.values(doors).every((door) => Object.values(door).every((file) => file.startsWith('./dist/')));
  return [
    ...(description === undefined || files === undefined ? [`${folder}: what is published says what it is and which files it has.`] : []),
    ...(isSame && isBuilt ? [] : [`${folder}: "publishConfig" names the same doors as "exports", all in dist.`]),
  ];
}

/** Ours by `workspace:*` (a peer by a range, or each release would be a breaking one); everybody else's in one exact version all over the house. */
function versionProblems(folder, manifest, folderOf, versions) {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).flatMap(([name, version]) => {
    if (folderOf.has(name)) return version === 'workspace:*' ? [] : [`${folder}: ${name} is ours; its version is "workspace:*".`];
    if (!EXACT.test(version)) return [`${folder}: ${name}@${version} is not an exact version.`];
    const other = versions.get(name) ?? version;
    versions.set(name, other);
    return other === version ? [] : [`${folder}: ${name}@${version}, but ${other} elsewhere.`];
  });
}

/** Bins and source doors must be there in a fresh clone: pnpm links the first before anything is built. */
function fileProblems(root, folder, { bin = {}, exports = {} }) {
  const sources = Object.values(exports).map((door) => door['@tars/source']);
  return [...Object.values(bin), ...sources]
    .filter((file) => !existsSync(join(root, folder, file)))
    .map((file) => `${folder}: package.json names ${file}, which is not there.`);
}

/** `tsc -b` builds what a package refers to, turbo what it depends on: the two must be the same. */
function referenceProblems(root, folder, { dependencies = {}, peerDependencies = {} }, folderOf) {
  const file = join(root, folder, 'tsconfig.json');
  if (!existsSync(file)) return [];
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).flatMap((name) => folderOf.get(name) ?? []);
  const referred = readJson(file).references.map(({ path }) => posix.join(folder, path));
  const sorted = (list) => [...list].sort().join(', ');
  return sorted(needed) === sorted(referred)
    ? []
    : [`${folder}/tsconfig.json refers to [${sorted(referred)}], package.json depends on [${sorted(needed)}].`];
}
