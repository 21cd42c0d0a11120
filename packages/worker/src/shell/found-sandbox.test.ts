// The test a worker puts its machine's sandbox to: passed by both, failed by whatever lets one act through.
import { spawnSync } from 'node:child_process';
import { test as always, expect } from '@jest/globals';
import { findSandbox } from './sandbox-test.js';

const hasSandbox = ['bwrap', 'socat'].every((tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error === undefined);
const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

test.each(['bubblewrap', 'sandbox-runtime'] as const)('%s lets none of the forbidden acts through', async (kind) => {
  expect(await findSandbox({ wish: 'required', kind })).toEqual({ kind, reason: null, tried: 8 });
});
