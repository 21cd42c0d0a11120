// Where the machine has no sandbox: told, or refused, as was wished.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findExecutable } from './executable.js';
import { findSandbox } from './sandbox-test.js';
import { openShell } from './shell.js';

const NEEDED = ['bash', 'setsid', 'stty'];

/** A search path on which a shell can be started, but no bubblewrap is found. */
async function withoutBubblewrap<T>(work: (folders: { projectDir: string; tempDir: string; stateDir: string }) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'tars-bare-'));
  const [bin, projectDir, tempDir, stateDir] = ['bin', 'project', 'tmp', 'state'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const folder of [bin, projectDir, tempDir, stateDir]) mkdirSync(folder);
  for (const name of NEEDED) {
    const file = findExecutable(name);
    if (file !== null) symlinkSync(file, join(bin, name));
  }
  const before = process.env.PATH;
  process.env.PATH = bin;
  try {
    return await work({ projectDir, tempDir, stateDir });
  } finally {
    process.env.PATH = before;
    rmSync(root, { recursive: true });
  }
}

const base = { taskId: `n${process.pid}`, since: 1, attempt: 1, allowedDomains: [] };

test('SANDBOX=required refuses to start, and the error says what to install or to set', async () => {
  await withoutBubblewrap(async (folders) => {
    const opening = openShell({ ...base, ...folders, sandbox: 'required' });
    await expect(opening).rejects.toMatchObject({
      code: 'sandbox_required',
      message: expect.stringMatching(/bwrap and socat cannot be found.*apt-get install bubblewrap socat.*SANDBOX=auto/s),
    });
  });
});

test('SANDBOX=auto works without one and gives the reason', async () => {
  await withoutBubblewrap(async (folders) => {
    const shell = await openShell({ ...base, ...folders, sandbox: 'auto' });
    try {
      expect(shell.sandbox).toEqual({ kind: 'none', reason: expect.stringContaining('bwrap') });
      expect((await shell.run('echo works', { timeoutSeconds: 10 })).output).toBe('works\n');
    } finally {
      await shell.close();
    }
  });
});

test('SANDBOX=off says so', async () => {
  await withoutBubblewrap(async (folders) => {
    const shell = await openShell({ ...base, ...folders, sandbox: 'off' });
    await shell.close();
    expect(shell.sandbox).toEqual({ kind: 'none', reason: 'SANDBOX=off' });
  });
});

test('what a worker says of itself follows what is installed', async () => {
  await withoutBubblewrap(async () => {
    expect(await findSandbox({ wish: 'auto', kind: 'auto' })).toMatchObject({ kind: 'none', reason: expect.stringContaining('bwrap') });
  });
  expect(await findSandbox({ wish: 'off', kind: 'auto' })).toEqual({ kind: 'none', reason: 'SANDBOX=off', tried: 0 });
});
