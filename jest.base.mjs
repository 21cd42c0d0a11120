import { basename, delimiter, join } from 'node:path';

// On a machine without a Redis server the bootstrap unpacked one here: the tests of one package alone must find it too.
process.env.PATH = [process.env.PATH, join(import.meta.dirname, '.tools/redis/bin')].join(delimiter);

/** Tests start real processes, and a busy machine starts them slowly; their own waits are bounded and say what did not come. */
export const TEST_TIMEOUT_MS = 30_000;

/** The jest settings every package shares: sources of siblings, not their builds, and swc instead of a type check. */
export default (rootDir) => ({
  rootDir,
  displayName: basename(rootDir),
  testEnvironment: 'node',
  testTimeout: TEST_TIMEOUT_MS,
  testMatch: ['<rootDir>/src/**/*.test.ts'],
  testEnvironmentOptions: { customExportConditions: ['@tars/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // unbash is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!.*unbash)'],
  transform: { '\\.[jt]s$': swc({}), '\\.tsx$': swc({ tsx: true }) },
});

const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', ...syntax },
      transform: { react: { runtime: 'automatic', importSource: 'hono/jsx' } },
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];
