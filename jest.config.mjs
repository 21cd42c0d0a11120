import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TEST_TIMEOUT_MS } from './jest.base.mjs';
import { ROOT, workspacePackages } from './scripts/workspace.mjs';

const folders = [...workspacePackages(ROOT).map(({ folder }) => folder), 'scripts'];

export default {
  // Of several projects together jest reads this one setting here alone.
  testTimeout: TEST_TIMEOUT_MS,
  projects: folders.filter((folder) => existsSync(join(ROOT, folder, 'jest.config.mjs'))).map((folder) => `<rootDir>/${folder}`),
};
