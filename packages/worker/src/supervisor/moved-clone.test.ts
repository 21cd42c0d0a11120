import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FakeClaude, type ServedRepository, serveRepository, startFakeClaude, type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { openWorkshop, type Workshop } from './testing/workshop.js';

let dir: TempDir;
let claude: FakeClaude;
let shop: Workshop;
let server: ServedRepository;
beforeAll(async () => {
  dir = await tempDir();
  const turns = [
    { calls: [{ name: 'write_file', input: { path: 'word.txt', content: 'moved\n' } }] },
    { calls: [{ name: 'bash', input: { command: 'sleep 60', reason: 'wait' } }] },
    { calls: [{ name: 'bash', input: { command: 'cat word.txt', reason: 'look' } }] },
    { expect: { tool: 'bash', tool_result: 'moved' }, calls: [{ name: 'finish', input: { summary: 'Moved' } }] },
  ];
  claude = await startFakeClaude({ scenario: { turns } });
  shop = await openWorkshop(claude.url);
  const owners = join(dir.path, 'owner');
  await mkdir(owners);
  await writeFile(join(owners, 'kept.txt'), 'kept\n');
  server = await serveRepository(join(dir.path, 'sums'));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=o', '-c', 'user.email=o@example.org', '-C', owners, ...args]);
  git('init', '--quiet', '-b', 'main');
  git('add', '-A');
  git('commit', '--quiet', '-m', 'start');
  git('push', '--quiet', server.folder, 'main');
});
afterAll(async () => {
  await shop.close();
  await Promise.all([claude.close(), server.close()]);
  await dir.remove();
});

test('a task that is handed back on one machine goes on on another with all it had done', async () => {
  const allowed = { PROJECTS_GIT_URLS: server.url };
  const first = await shop.supervisor({ host: 'one' }, allowed);
  await shop.queue('c7f3', { repository: server.url });
  const begun = async () => (await shop.store.events('c7f3')).some(({ event }) => event.type === 'command.intended');
  await waitUntil(begun, { timeoutMs: 20_000, what: 'the task works' });
  await first.drain();
  expect(await shop.store.bundleFacts('c7f3')).toMatchObject({ kind: 'work', attempt: 1, branch: 'tars/c7f3-so-far' });
  const elsewhere = join(dir.path, 'state-of-two');
  await mkdir(elsewhere);
  await shop.supervisor({ host: 'two', stateDir: elsewhere }, allowed);
  const task = await shop.taskThat('c7f3', 'has ended', ({ endedAt }) => endedAt !== null);
  expect(task).toMatchObject({
    state: 'finished',
    attempt: 2,
    crashes: 0,
    host: 'two',
    filesChanged: ['word.txt'],
    delivery: { finished: true, commits: 1, bundle: { kind: 'record' } },
  });
  expect(JSON.stringify(claude.requests().at(-1))).toContain(
    'The project was cloned anew, on this machine, and your changes were put back.',
  );
});
