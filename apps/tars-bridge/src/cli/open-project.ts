// The project somebody at a terminal means without naming one.
import { resolve } from 'node:path';
import { INSTALLATION } from './settings.js';

/** The folder one stands in, unless it holds all projects or is TARS itself. */
export function openProject(roots: readonly string[]): string | null {
  const here = process.cwd();
  return roots.some((root) => resolve(root) === here) || `${here}/`.startsWith(INSTALLATION) ? null : here;
}
