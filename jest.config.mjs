export default {
  projects: ['<rootDir>/packages/*/jest.config.mjs', '<rootDir>/apps/*/jest.config.mjs', '<rootDir>/examples/*/jest.config.mjs', '<rootDir>/e2e/jest.config.mjs'],
};
