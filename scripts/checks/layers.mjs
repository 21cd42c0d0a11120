// The layer check: the manifests and imports of every package against the table.
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { readJson, workspacePackages, writtenFiles } from '../workspace.mjs';
import { importsOf } from './imports.mjs';
import { ANYTHING, LAYERS } from './layers-table.mjs';

const SOURCE = /\.(m?[jt]s|tsx)$/;
/** Tests and what they share: neither is built nor shipped. */
const isTest = (file) => file.endsWith('.test.ts') || /\/src\/(.+\/)?testing\//.test(file);

/** Everything that breaks the table, one sentence each. */
export function layerProblems(root) {
  const packages = workspacePackages(root);
  const ours = new Set(packages.map(({ manifest }) => manifest.name));
  const shared = Object.keys(readJson(join(root, 'package.json')).devDependencies);
  return packages.flatMap(({ folder, manifest }) => {
    const layer = LAYERS[manifest.name];
    if (layer === undefined) return [`${folder}: ${manifest.name} has no layer; add it to scripts/checks/layers-table.mjs.`];
    const files = readSources(root, folder);
    return [
      ...manifestProblems(folder, manifest, layer, ours),
      ...files.flatMap((file) => importProblems(file, { folder, manifest, layer, ours, shared })),
      ...reachProblems(folder, files, layer),
    ];
  });
}

/** The package's own code: sources, tests, bins and scripts, each with what it imports; sample projects are data. */
function readSources(root, folder) {
  return writtenFiles(root, folder)
    .filter((file) => SOURCE.test(file) && !file.endsWith('/jest.config.mjs') && !file.includes('/fixtures/'))
    .map((file) => {
      const path = posix.relative(folder, file);
      return { file, path, imports: importsOf(readFileSync(join(root, file), 'utf8'), { tsx: file.endsWith('.tsx') }) };
    });
}

function manifestProblems(folder, { name, dependencies = {}, peerDependencies = {}, devDependencies = {} }, layer, ours) {
  if (layer === ANYTHING) return [];
  const may = [...layer.imports, ...(layer.lazily ?? [])];
  const strange = (listed, allowed) => Object.keys(listed).filter((other) => ours.has(other) && !allowed.includes(other));
  return [
    ...strange({ ...dependencies, ...peerDependencies }, may).map((other) => `${folder}/package.json: ${name} may not depend on ${other}.`),
    ...strange(devDependencies, [...may, ...layer.tests]).map(
      (other) => `${folder}/package.json: tests of ${name} may not depend on ${other}.`,
    ),
  ];
}

function importProblems({ file, path, imports }, { folder, manifest, layer, ours, shared }) {
  const { name, dependencies = {}, optionalDependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const declared = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  // What is not shipped (tests, a build script, the composing packages) may also use what is only there for development.
  const usable =
    layer !== ANYTHING && path.startsWith('src/') && !isTest(file) ? declared : [...declared, ...Object.keys(devDependencies), ...shared];

  return imports.flatMap(({ specifier, kind }) => {
    if (specifier === null)
      return layer.computed?.includes(path) ? [] : [`${file}: imports a computed name, which nobody can check; import() a plain string.`];
    if (specifier.startsWith('.')) {
      const target = sourceOf(path, specifier);
      if (target.startsWith('..')) return [`${file}: leaves ${folder} by importing '${specifier}'.`];
      return !isTest(file) && isTest(`${folder}/${target}`) ? [`${file}: imports '${specifier}', which is there for tests only.`] : [];
    }
    if (isBuiltin(specifier))
      return specifier.startsWith('node:') ? [] : [`${file}: '${specifier}' is a part of Node; say 'node:${specifier}'.`];
    const other = packageOf(specifier);
    if (other === name) return [`${file}: imports its own package by name ('${specifier}').`];
    if (ours.has(other) && layer !== ANYTHING) {
      const isLazy = layer.lazily?.includes(other) ?? false;
      if (isLazy && kind === 'static') return [`${file}: may load ${other} only by import() ('${specifier}').`];
      const allowed = isLazy || layer.imports.includes(other) || (isTest(file) && layer.tests.includes(other));
      if (!allowed) return [`${file}: ${name} may not import ${other} ('${specifier}').`];
    }
    return usable.includes(other) ? [] : [`${file}: '${specifier}' is not among the dependencies of ${name}.`];
  });
}

/** What gets loaded with the files under `from`, followed through the package's own files. */
function reachProblems(folder, files, layer) {
  const shipped = new Map(files.filter(({ file }) => !isTest(file)).map((entry) => [entry.path, entry]));
  return (layer.reach ?? []).flatMap(({ from, never }) => {
    const isForbidden = (target) =>
      never.some((name) => (name.endsWith('/') ? target.startsWith(name) : target === name || target.startsWith(`${name}/`)));
    const problems = [];
    const queue = [...shipped.keys()].filter((path) => path.startsWith(from)).map((path) => [path]);
    const seen = new Set();
    for (const trail of queue) {
      const path = trail.at(-1);
      if (seen.has(path)) continue;
      seen.add(path);
      for (const { specifier, kind } of shipped.get(path).imports) {
        if (kind !== 'static' || specifier === null) continue;
        const target = specifier.startsWith('.') ? sourceOf(path, specifier) : specifier;
        if (isForbidden(target))
          problems.push(`${folder}/${trail[0]}: must not load ${target}, yet does: ${[...trail, target].join(' → ')}.`);
        else if (shipped.has(target)) queue.push([...trail, target]);
      }
    }
    return problems;
  });
}

const sourceOf = (path, specifier) => posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');

const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
