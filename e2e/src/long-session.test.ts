// A conversation beyond the model's window, over a worker that dies in the middle of it.
import { afterEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import { finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const WINDOW = 20_000;
const BEFORE = 9;
const read: TurnInput = { text: 'Reading on.', calls: [{ name: 'read_file', input: { path: 'part-{{turn}}.txt' } }] };

test('the next worker sends the very bytes that the one before it sent, with what was cleared left out', async () => {
  const turns: TurnInput[] = [
    { ...read, repeat: BEFORE },
    { ...read, fault: { kind: 'hang' } },
    { ...read, repeat: 3 },
    { calls: [finish('Read it all')] },
  ];
  const opened = await openStage({ turns }, { CLAUDE_CONTEXT_TOKENS: String(WINDOW) });
  stage = opened;
  // Another one each time: the same again and again would be a circle.
  const parts = Array.from({ length: BEFORE + 6 }, (_, n) => [`part-${n}.txt`, `a line of part ${n}, there to be read\n`.repeat(220)]);
  const project = await opened.project('reading', { ...Object.fromEntries(parts), 'AGENTS.md': 'Read slowly.' });
  const first = opened.spawnTars(['worker']);
  const { stdout } = await opened.tars(['start', 'Read it', '--project', project, '--json']);
  const id: string = JSON.parse(stdout).task_id;
  const asked = () => opened.claude.requests().filter(({ method }) => method === 'POST');
  await opened.until('the request that is not answered', () => asked().length === BEFORE + 1);
  const { worker } = (await opened.store.read(id)) ?? {};
  process.kill(worker?.supervisor.pid ?? 0, 'SIGKILL');
  await first.ended;
  opened.spawnTars(['worker']);
  await opened.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  expect(opened.claude.failures()).toEqual([]);

  const sent = asked().map(({ body }) => JSON.stringify(body));
  expect(sent[BEFORE + 1]).toBe(sent[BEFORE]);
  expect(sent[BEFORE]).toContain('[The rest was cleared to make room.');
  expect(sent.every((body) => body.length / 4 < WINDOW && body.includes('Read slowly.'))).toBe(true);
  expect((await opened.store.transcript(id)).filter(({ kind }) => kind === 'cleared').length).toBeGreaterThan(0);
});
