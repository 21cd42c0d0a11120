// Where TARS is installed: its `.env` counts, and no task works there.
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const INSTALLATION_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** As a package of somebody's program it has no folder of its own but that of packages. */
export const isOwnRepository = !INSTALLATION_ROOT.includes(`${sep}node_modules${sep}`);
