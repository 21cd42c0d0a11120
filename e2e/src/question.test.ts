// A host that knows nothing but HTTP: it starts a task, follows it, answers what it asks, and sees it end.
import { afterEach, expect, test } from '@jest/globals';
import { finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

type Entry = { operation: string; outcome: string; who: string };
type Told = { sequence: number; type: string; message: string | null };

/** Every event of a stream, in order, each handed over as it comes; resolves when the stream ends. */
async function follow(url: string, onEvent: (event: Told) => Promise<void>): Promise<Told[]> {
  const told: Told[] = [];
  const { body } = await fetch(url);
  let rest = '';
  for await (const chunk of (body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const event: Told = JSON.parse(data);
      told.push(event);
      await onEvent(event);
    }
  }
  return told;
}

test('a task is started, followed, answered and read back over HTTP, and the trail tells of it', async () => {
  const opened = await openStage({
    conversations: [
      {
        name: 'only',
        turns: [
          { calls: [{ name: 'ask_user', input: { question: 'Which port?', options: ['80', '8080'] } }] },
          {
            expect: { tool: 'ask_user', tool_result: 'The owner answers: 8080, and \\[redacted\\]' },
            calls: [{ name: 'write_file', input: { path: 'port.txt', content: '8080\n' } }],
          },
          { calls: [finish('Write the port down')] },
        ],
      },
    ],
  });
  stage = opened;
  const project = await opened.project('sums', {});
  const api = `${await opened.up()}/api`;
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as { task_id: string } };
  };

  const started = await post('/tasks', { goal: 'Write the port down', project });
  expect(started.status).toBe(201);
  const id = started.body.task_id;
  const told = await follow(`${api}/tasks/${id}/events`, async ({ type }) => {
    if (type !== 'question.asked') return;
    expect(await post(`/tasks/${id}/answer`, { answer: `8080, and ${CODE}` })).toMatchObject({
      status: 200,
      body: { status: 'ok', task_id: id },
    });
  });

  expect(opened.claude.failures()).toEqual([]);
  expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
  expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['task.queued', 'question.asked', 'question.answered', 'edit.made']));
  expect(told.at(-1)).toMatchObject({ type: 'task.finished' });
  expect(await opened.lines(`${project}/port.txt`)).toEqual(['8080']);
  const read = async (path: string): Promise<unknown> => (await fetch(`${api}${path}`)).json();
  const { records } = (await read(`/tasks/${id}/transcript`)) as { records: { kind: string }[] };
  expect(records.filter(({ kind }) => kind === 'reply')).toHaveLength(3);
  const { entries } = (await read('/audit?since=1h')) as { entries: Entry[] };
  expect(entries.map(({ operation, outcome }) => `${operation} ${outcome}`)).toEqual(['start accepted', 'answer answered', 'end finished']);
  expect(entries.at(-1)?.who).not.toBe('owner');
});

test('a question outlives its worker: it is asked once, and a number given meanwhile answers it', async () => {
  const opened = await openStage({
    conversations: [
      {
        name: 'only',
        turns: [
          { calls: [{ name: 'ask_user', input: { question: 'Which port?', options: ['80', '8080'], default: '80' } }] },
          { expect: { tool: 'ask_user', tool_result: '^The owner answers: 8080$' }, calls: [finish('Took 8080')] },
        ],
      },
    ],
  });
  stage = opened;
  const worker = opened.spawnTars(['worker']);
  const { stdout } = await opened.tars(['start', 'Choose a port', '--project', await opened.project('sums', {}), '--json']);
  const id: string = JSON.parse(stdout).task_id;
  await opened.taskThat(id, 'asks', ({ question }) => question !== null);
  worker.kill('SIGKILL');
  await worker.ended;
  expect((await opened.tars(['answer', id, '2'])).stdout).toContain('Answer received');
  opened.spawnTars(['worker']);
  expect(await opened.taskThat(id, 'is finished', ({ state }) => state === 'finished')).toMatchObject({ attempt: 2, question: null });
  expect(opened.claude.failures()).toEqual([]);
  const asked = (await opened.store.events(id)).filter(({ event }) => event.type === 'question.asked');
  expect(asked).toHaveLength(1);
});
