// Which sockets of the machine a wall hides, whatever names they go by.
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test as always, expect } from '@jest/globals';
import { bubblewrapArguments } from './bubblewrap-arguments.js';

const test = process.platform === 'linux' ? always : always.skip;

test('a socket that its program listens on under the number of an open folder is hidden where it lies', async () => {
  // Not in a folder that every wall has to itself.
  const base = realpathSync(mkdtempSync(join(homedir(), '.tars-test-')));
  const [project, sockets] = ['project', 'sockets'].map((name) => join(base, name)) as [string, string];
  for (const folder of [project, sockets]) mkdirSync(folder);
  const folder = openSync(sockets, 'r');
  const server = createServer().listen(`/proc/self/fd/${folder}/attach`);
  try {
    await once(server, 'listening');
    const words = bubblewrapArguments({
      ...{ projectDir: project, tempDir: project, outputs: project, hidden: [], frozen: [], readable: [], writable: [] },
      ...{ network: { outside: project, inside: '/tmp/n' }, canForbidNesting: false },
    });
    expect(words).toContain(join(sockets, 'attach'));
    // Such a name leads nowhere inside, and a wall with it does not stand.
    expect(words.filter((word) => word.startsWith('/proc/'))).toEqual([]);
  } finally {
    server.close();
    closeSync(folder);
    rmSync(base, { recursive: true, force: true });
  }
});
