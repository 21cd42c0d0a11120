// Remembers which inputs the last successful install and build were made from, so that an unchanged clone waits for neither.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, workspacePackages, writtenFiles } from '../workspace.mjs';

const INSTALL_FILES = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
const BUILD_FILES = ['tsconfig.base.json', 'turbo.json'];
/** What a build copies from outside its package. */
const COPIED = 'deploy/n8n';

export function createReadiness(root, file) {
  const remembered = () => {
    try {
      return readJson(file);
    } catch {
      // Missing, or cut short by a power loss: then nothing is known to be ready.
      return {};
    }
  };
  const remember = (entry) => {
    writeFileSync(`${file}.new`, JSON.stringify({ ...remembered(), ...entry }));
    renameSync(`${file}.new`, file);
  };

  const hash = (files, ...more) => {
    const sum = createHash('sha256').update(more.join('\n'));
    for (const name of files) sum.update(`\0${name}\0`).update(readFileSync(join(root, name)));
    return sum.digest('hex');
  };
  const packages = workspacePackages(root);
  const needing = packages.filter(({ manifest }) => manifest.dependencies ?? manifest.devDependencies);
  const built = packages.filter(({ manifest }) => manifest.scripts?.build !== undefined);

  /** Compiled add-ons depend on the Node that compiled them. */
  const installInputs = () =>
    hash(
      [...INSTALL_FILES, ...packages.map(({ folder }) => `${folder}/package.json`)],
      process.versions.modules,
      process.platform,
      process.arch,
    );

  const buildInputs = () => {
    const copied = existsSync(join(root, COPIED)) ? writtenFiles(root, COPIED) : [];
    const sources = built.flatMap(({ folder }) => writtenFiles(root, folder)).filter((name) => !name.endsWith('.test.ts'));
    return hash([...BUILD_FILES, ...copied, ...sources], installInputs());
  };

  const all = (some, output) => some.every(({ folder }) => existsSync(join(root, folder, output)));

  return {
    installInputs,
    buildInputs,
    isInstalled: () => all(needing, 'node_modules') && remembered().install === installInputs(),
    isBuilt: () => all(built, 'dist') && remembered().build === buildInputs(),
    /** To be told the inputs as they were *before* the work: what changed meanwhile is then still due. */
    installed: (inputs) => remember({ install: inputs }),
    built: (inputs) => remember({ build: inputs }),
  };
}
