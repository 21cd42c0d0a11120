// A redis-server for a machine without one, from Debian's packages, without root and without touching the system.
import { accessSync, constants, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { StepError } from './runner.mjs';

const HINT = process.platform === 'darwin' ? 'brew install redis' : 'install your system\'s package "redis" or "valkey"';

/** The first Redis server on `path`, or null. */
export function findRedisServer(path) {
  const places = path.split(delimiter).flatMap((folder) => ['redis-server', 'valkey-server'].map((name) => join(folder, name)));
  return places.find(isExecutable) ?? null;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What a server consists of where the system says it has everything, but nothing of it is on the path. */
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblua5.1-0', 'liblzf1', 'lua-cjson', 'lua-bitop'];

/** Unpacks a server into `folder`, with `bin/redis-server` to start it. */
export async function ensureRedisServer({ folder, step, env, say }) {
  const has = (name) => env.PATH.split(delimiter).some((place) => isExecutable(join(place, name)));
  if (!has('apt-get') || !has('dpkg')) throw new StepError(`no redis-server was found and none can be fetched here: ${HINT}.`, 2);

  say('no redis-server found: unpacking one into .tools/redis (nothing is installed on the system)');
  const workshop = `${folder}.new`;
  rmSync(workshop, { recursive: true, force: true });
  for (const part of ['debs', 'lists/partial', 'cache/archives/partial', 'bin']) mkdirSync(join(workshop, part), { recursive: true });
  try {
    const debs = await fetchPackages({ workshop, step, env });
    for (const deb of debs) await step('dpkg', ['-x', deb, join(workshop, 'unpacked')], env);
    for (const part of ['debs', 'lists', 'cache']) rmSync(join(workshop, part), { recursive: true });
    writeWrapper(workshop);
    await step(join(workshop, 'bin/redis-server'), ['--version'], env);
  } catch (error) {
    rmSync(workshop, { recursive: true, force: true });
    if (!(error instanceof StepError)) throw error;
    throw new StepError(`${error.message}\nNo redis-server could be fetched. As root: apt-get install redis-server`, 2);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(workshop, folder);
}

/** Downloads redis-server and whatever of its dependencies this machine lacks; resolves to the files. */
async function fetchPackages({ workshop, step, env }) {
  const ours = ['Dir::State::lists=lists', 'Dir::Cache=cache'].map((option) => option.replace('=', `=${workshop}/`));
  // Root's downloads are otherwise done by a user who may not enter this folder.
  const apt = (options, ...args) =>
    step('apt-get', ['-q', ...options, 'APT::Sandbox::User=root'].flatMap(asOption).concat(args), env, join(workshop, 'debs'));
  const fetchWith = async (options) => {
    const plan = await apt(options, '--simulate', '--no-install-recommends', 'install', 'redis-server');
    const missing = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name);
    await apt(options, 'download', ...(missing.length > 0 ? missing : PACKAGES));
  };
  try {
    await fetchWith([]);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    // The system's package lists are empty (a slim image) or too old: lists of our own need no root.
    await apt(ours, 'update');
    await fetchWith(ours);
  }
  return readdirSync(join(workshop, 'debs')).map((name) => join(workshop, 'debs', name));
}

const asOption = (option) => (option.startsWith('-') ? [option] : ['-o', option]);

/** The server with its own libraries. `exec` keeps the process number: who starts the wrapper owns the server itself. */
function writeWrapper(workshop) {
  const root = join(workshop, 'unpacked');
  const libraries = ['usr/lib', 'lib']
    .flatMap((place) => libraryFolders(join(root, place)))
    .map((place) => `$here/${relative(workshop, place)}`);
  writeFileSync(
    join(workshop, 'bin/redis-server'),
    `#!/bin/sh
here=$(cd "$(dirname "$0")/.." && pwd)
LD_LIBRARY_PATH="${libraries.join(':')}" exec "$here/unpacked/usr/bin/redis-server" "$@"
`,
    { mode: 0o755 },
  );
}

/** The folder itself and those below it that hold shared libraries. */
function libraryFolders(folder) {
  const entries = readEntries(folder);
  const below = entries.filter((entry) => entry.isDirectory()).flatMap((entry) => libraryFolders(join(folder, entry.name)));
  return entries.some(({ name }) => /\.so(\.|$)/.test(name)) ? [folder, ...below] : below;
}

function readEntries(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
