// The test a worker puts its machine's sandbox to: passed by both, failed by whatever lets one act through.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test as always, expect } from '@jest/globals';
import { findExecutable } from './executable.js';
import { findSandbox } from './sandbox-test.js';
import { hasSandbox } from './testing/sandbox-promises.js';

const test = hasSandbox || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

test.each(['bubblewrap', 'sandbox-runtime'] as const)('%s lets none of the forbidden acts through', async (kind) => {
  expect(await findSandbox({ wish: 'required', kind })).toEqual({ kind, reason: null, tried: 8 });
});

/** What a broken or replaced bubblewrap would be: `script` sees its arguments, and the real one as REAL. */
async function withBubblewrapThat<T>(script: string, work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tars-bad-bwrap-'));
  const file = join(folder, 'bwrap');
  writeFileSync(file, `#!/bin/bash\nREAL=${findExecutable('bwrap')}\n${script}\n`);
  chmodSync(file, 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}${delimiter}${before}`;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  }
}

/** Passes everything on but what is named. */
const without = (pattern: string): string =>
  `kept=(); for word in "$@"; do [[ $word == ${pattern} ]] || kept+=("$word"); done; exec "$REAL" "\${kept[@]}"`;

test.each([
  [
    'confines nothing',
    'while (($#)) && [[ $1 != -- ]]; do shift; done; shift; exec "$@"',
    'write outside the project, and read a secret file',
  ],
  ['forgets namespaces', without('--unshare-all'), 'see processes outside'],
  ['leaves everything writable', `exec "$REAL" "\${@/#--ro-bind/--bind}"`, 'write outside the project'],
  ['does not start', 'echo "no such thing here" >&2; exit 1', 'it does not start: no such thing here'],
  ['runs nothing', 'exit 0', 'it does not start'],
])('a sandbox that %s counts as none, and it is said why', async (_, script, why) => {
  const found = await withBubblewrapThat(script, () => findSandbox({ wish: 'auto', kind: 'bubblewrap' }));
  expect(found).toMatchObject({ kind: 'none', reason: expect.stringContaining(why) });
});
