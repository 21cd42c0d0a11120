// Where the real n8n lies that the scenarios run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const { folder: usual }: { folder: string } = JSON.parse(readFileSync(join(import.meta.dirname, 'installation.json'), 'utf8'));
/** Without one of these an installation is not whole. */
const NEEDED = ['node_modules/node/bin/node', 'node_modules/n8n/bin/n8n', 'node_modules/sqlite3/build/Release/node_sqlite3.node'];

/** The folder of the installation; where none is whole, an error that says what is missing and how to get it. */
export function findN8n(env: Readonly<Record<string, string | undefined>>): string {
  const folder = env.TARS_N8N_DIR ?? join(ROOT, usual);
  const missing = NEEDED.find((file) => !existsSync(join(folder, file)));
  if (missing === undefined) return folder;
  throw new Error(
    `There is no whole n8n in ${folder}: ${missing} is missing. Run \`pnpm e2e:n8n:install\` (about 5 minutes, 2.8 GB), or set TARS_N8N_DIR to the folder of one.`,
  );
}
