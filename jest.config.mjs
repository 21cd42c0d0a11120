import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, workspacePackages } from './scripts/workspace.mjs';

const folders = [...workspacePackages(ROOT).map(({ folder }) => folder), 'scripts'];

export default {
  projects: folders.filter((folder) => existsSync(join(ROOT, folder, 'jest.config.mjs'))).map((folder) => `<rootDir>/${folder}`),
};
