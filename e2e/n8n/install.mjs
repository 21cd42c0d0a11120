// Installs a real n8n with a Node of its own into a folder; nothing of the machine is changed.
//
//   pnpm e2e:n8n:install [DIR]        about 5 minutes and 2.8 GB; needs python3, make and g++ for sqlite3
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const { version, folder: usual } = JSON.parse(readFileSync(join(import.meta.dirname, 'installation.json'), 'utf8'));
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../..', usual));
mkdirSync(folder, { recursive: true });
const packageFile = join(folder, 'package.json');
// A newer linkedom asks for a package that not every registry carries.
if (!existsSync(packageFile)) writeFileSync(packageFile, JSON.stringify({ private: true, overrides: { linkedom: '0.18.12' } }));

const node24 = join(folder, 'node_modules/node/bin/node');
const env = { ...process.env, PATH: [dirname(node24), process.env.PATH].join(delimiter) };
const npm = (...args) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], folder);

npm('install', 'node@24');
// Other packages' scripts download or compile for minutes what none of our workflows uses.
npm('install', '--ignore-scripts', `n8n@${version}`);
if (!existsSync(node24)) npm('rebuild', 'node');
compileSqlite();
console.log(`n8n ${version} is in ${folder}. Next: ${process.argv[2] === undefined ? '' : `TARS_N8N_DIR=${folder} `}pnpm e2e:n8n`);

/** The one native part that is needed. It speaks N-API, so the headers of any Node do. */
function compileSqlite() {
  const sqlite = join(folder, 'node_modules/sqlite3');
  if (existsSync(join(sqlite, 'build/Release/node_sqlite3.node'))) return;
  const nodeDir = dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(join(nodeDir, 'include/node/node_api.h'))) env.npm_config_nodedir = nodeDir;
  const npmCli = realpathSync(spawnSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).stdout.trim());
  run(node24, [join(dirname(dirname(npmCli)), 'node_modules/node-gyp/bin/node-gyp.js'), 'rebuild'], sqlite);
}

function run(program, args, cwd) {
  const { status } = spawnSync(program, args, { cwd, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}
