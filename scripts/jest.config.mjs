import base from '../jest.base.mjs';

// The scripts are plain modules without a `src`; their tests start them as processes.
export default { ...base(import.meta.dirname), testMatch: ['<rootDir>/**/*.test.ts'] };
