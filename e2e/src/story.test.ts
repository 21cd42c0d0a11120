// One goal from voice to proof, over real processes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { taskProcesses } from './processes.js';
import { mendNode, mendPython, NODE_PROJECT, PYTHON_PROJECT } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const STORIES = [
  { language: 'Node', files: NODE_PROJECT, turns: mendNode, mended: 'sum.js', command: 'npm test' },
  { language: 'Python', files: PYTHON_PROJECT, turns: mendPython, mended: 'sums.py', command: 'unittest' },
];

test.each(STORIES)('a goal given to `tars up` is reached in a $language project, told in order, and proved', async (story) => {
  stage = await openStage({ conversations: [{ name: 'mend', turns: story.turns }] });
  const project = await stage.project('sums', story.files);
  const up = stage.spawnTars(['up'], { WEBHOOK_PORT: '0' });
  await up.saw(/^ready/m);

  const started = await stage.tars(['start', 'Make the tests pass', '--project', project, '--json']);
  expect(started).toMatchObject({ code: 0 });
  const { task_id: id } = JSON.parse(started.stdout);
  const task = await stage.taskThat(id, 'is finished', ({ state }) => state !== 'queued' && state !== 'started');

  expect(stage.claude.failures()).toEqual([]);
  expect(task).toMatchObject({ state: 'finished', phase: 'complete', proof: { verdict: 'VERIFIED' }, filesChanged: [story.mended] });
  expect(task.proof?.checks[0]).toMatchObject({ exit_code: 0, passed: 1, failed: 0 });
  expect(task.proof?.checks[0]?.command).toContain(story.command);
  expect(await readFile(join(project, story.mended), 'utf8')).toContain('a + b');

  const phases = (await stage.store.events(id)).flatMap(({ event }) => (event.type === 'phase.entered' ? [event.phase] : []));
  expect(phases).toEqual(['planning', 'testing', 'fixing', 'testing']);

  const feed = await stage.fullFeed(id);
  const inOrder = [
    '🚀 Started background task',
    '📋 Planning approach...',
    '🧪 Running tests...',
    '❌ Command failed',
    '✏️ Editing',
    '✅ Command succeeded',
    '✅ All tests passed!',
    '🎉 Task complete!',
  ];
  const places = inOrder.map((text) => feed.findIndex((message) => message.startsWith(text)));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(feed.filter((message) => message.startsWith('🎉'))).toHaveLength(1);

  const status = await stage.tars(['status', id]);
  expect(status.stdout).toContain(`Task #${id}: finished`);
  expect(taskProcesses(id)).toEqual([]);
});
