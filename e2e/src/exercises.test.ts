// Real work: ten small exercises, each solved with our tools alone in the steps a careful model takes, and judged by tests the task never saw.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Task } from '@tars/core';
import { waitUntil } from '@tars/testkit';
import { addMonths } from './exercises/add-months.js';
import { bigFile } from './exercises/big-file.js';
import { countLines } from './exercises/count-lines.js';
import type { Exercise } from './exercises/exercise.js';
import { expressionParser } from './exercises/expression-parser.js';
import { failingTest } from './exercises/failing-test.js';
import { longOutput } from './exercises/long-output.js';
import { lruCache } from './exercises/lru-cache.js';
import { mergeConfig } from './exercises/merge-config.js';
import { renameAcrossFiles } from './exercises/rename-across-files.js';
import { wrapText } from './exercises/wrap-text.js';
import { PATIENCE_MS, type Process } from './observed.js';
import { openStage, type Stage } from './stage.js';

const EXERCISES: Readonly<Record<string, Exercise>> = {
  'wrap-text': wrapText,
  'add-months': addMonths,
  'expression-parser': expressionParser,
  'lru-cache': lruCache,
  'count-lines': countLines,
  'merge-config': mergeConfig,
  'rename-across-files': renameAcrossFiles,
  'big-file': bigFile,
  'failing-test': failingTest,
  'long-output': longOutput,
};
const NAMES = Object.keys(EXERCISES);
/** Two for each of two cores: most of the time is a runner or a test that starts. */
const AT_ONCE = 4;

const run = promisify(execFile);
let stage: Stage;
let worker: Process;
let hiddenDir: string;
const before = new Map<string, number>();
const ended = new Map<string, Task>();

beforeAll(async () => {
  const conversations = NAMES.map((name) => {
    const { goal, turns } = exerciseOf(name);
    return { name, match: `^Goal: ${goal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, turns };
  });
  const captures = Object.assign({}, ...Object.values(EXERCISES).map(({ captures: own }) => own ?? {}));
  stage = await openStage({ conversations, captures }, { WORKER_CONCURRENCY: String(AT_ONCE) });
  hiddenDir = await mkdtemp(join(tmpdir(), 'tars-hidden-'));
  const projects = await Promise.all(NAMES.map((name) => stage.project(name, exerciseOf(name).files)));
  for (const name of NAMES) await writeFile(join(hiddenDir, `${name}.test.mjs`), exerciseOf(name).hidden);
  await Promise.all(NAMES.map(async (name) => before.set(name, await hiddenTests(name))));
  worker = stage.spawnTars(['worker']);
  const ids = await Promise.all(
    NAMES.map(async (name, index) => {
      const { stdout } = await stage.tars(['start', exerciseOf(name).goal, '--project', projects[index] ?? '', '--json']);
      return [name, JSON.parse(stdout).task_id as string] as const;
    }),
  );
  // Each is short, but all of them and the machine's other work come before the last.
  await waitUntil(
    async () => {
      for (const [name, id] of ids) {
        const task = await stage.store.read(id);
        if (task?.endedAt != null) ended.set(name, task);
      }
      return ended.size === NAMES.length;
    },
    { timeoutMs: 5 * PATIENCE_MS, what: 'the end of all tasks' },
  );
}, 6 * PATIENCE_MS);

afterAll(async () => {
  await stage.close();
  await rm(hiddenDir, { recursive: true, force: true });
});

const exerciseOf = (name: string): Exercise => EXERCISES[name] as Exercise;

/** How many of the hidden tests fail; none ran is a failure too. */
async function hiddenTests(name: string): Promise<number> {
  const env = { PATH: process.env.PATH, PROJECT: join(stage.projectsRoot, name) };
  const args = ['--test', '--test-reporter=tap', join(hiddenDir, `${name}.test.mjs`)];
  const { stdout } = await run(process.execPath, args, { env }).catch((error: { stdout: string }) => error);
  const counted = (what: string) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(stdout)?.[1] ?? Number.NaN);
  return counted('pass') > 0 || counted('fail') > 0 ? counted('fail') : Number.NaN;
}

test('every step was answered as its author expected', () => {
  expect(stage.claude.failures()).toEqual([]);
});

test("the end of the model's life is in the log once, however many tasks use it", () => {
  expect(worker.stderr().match(/will reach end-of-life/g)).toHaveLength(1);
});

test.each(NAMES)('%s: the task is verified, and the tests it never saw, which failed before, pass', async (name) => {
  expect(ended.get(name)).toMatchObject({ state: 'finished', failure: null, proof: { verdict: 'VERIFIED' } });
  expect(before.get(name)).toBeGreaterThan(0);
  expect(await hiddenTests(name)).toBe(0);
});
