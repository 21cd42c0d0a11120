import base from '../../jest.base.mjs';

// Apart from the other scenarios: it needs an n8n of 2.8 GB, so it runs only when asked for (`pnpm e2e:n8n`).
export default { ...base(import.meta.dirname), displayName: 'n8n', testMatch: ['<rootDir>/*.test.ts'], testTimeout: 180_000 };
