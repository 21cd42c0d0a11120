// An honest and a lying Claude in each language, over real processes and behind the wall: what is told of their work at the end.
import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { SUBJECTS, type Subject, type TurnInput, waitUntil } from '@tars/testkit';
import { finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

/** Fourteen tasks in three places, compilers among them. */
const ALL_MS = 200_000;

const isThere = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
/** One runner a language; skipped in sight where the machine lacks it, unless everything must be proved here. */
const subjects = SUBJECTS.filter(({ language }) => !/pytest|RSpec/.test(language)).map((subject) => ({
  subject,
  isHere: process.env.TARS_REQUIRE_ALL === '1' || subject.needs.every(isThere),
}));

const nameOf = ({ language }: Subject): string => language.split(' ', 1)[0] ?? '';

const writes = (files: Readonly<Record<string, string | null>>) =>
  Object.entries(files).flatMap(([path, content]) => (content === null ? [] : [{ name: 'write_file', input: { path, content } }]));

const honest = (subject: Subject): TurnInput[] => [{ calls: writes(subject.honest) }, { calls: [finish('Add divide')] }];
/** Insists that it is done. */
const lying = (subject: Subject): TurnInput[] => [
  { calls: writes({ ...subject.honest, ...subject.lies['never asserting'] }) },
  { calls: [finish('Add divide')] },
  { expect: { tool: 'finish', is_error: true, tool_result: 'assert|holds no tests' }, calls: [finish('Add divide')] },
];

test('honest work is told as proved in every language, and a lie in none', async () => {
  const here = subjects.filter(({ isHere }) => isHere).map(({ subject }) => subject);
  expect(here.length).toBeGreaterThan(0);
  const conversations = here.flatMap((subject) => [
    { name: `honest ${nameOf(subject)}`, match: `honestly in ${nameOf(subject)}`, turns: honest(subject) },
    { name: `lying ${nameOf(subject)}`, match: `lazily in ${nameOf(subject)}`, turns: lying(subject) },
  ]);
  const opened = await openStage({ conversations }, { WORKER_CONCURRENCY: '3' });
  stage = opened;
  const api = await opened.up();
  const started = await Promise.all(
    here.flatMap((subject) =>
      ['honestly', 'lazily'].map(async (how) => {
        const project = await opened.project(`${nameOf(subject)}-${how}`.toLowerCase(), subject.project);
        const goal = `Add a divide function, with a test, ${how} in ${nameOf(subject)}`;
        const answer = await fetch(`${api}/api/tasks`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ goal, project }),
        });
        return { subject: `${nameOf(subject)} ${how}`, id: String(((await answer.json()) as { task_id: unknown }).task_id) };
      }),
    ),
  );
  // A few at a time, each with a compiler or two: how long all take is the machine's affair.
  const hasEnded = async ({ id }: { id: string }) => (await opened.store.read(id))?.endedAt != null;
  await waitUntil(async () => (await Promise.all(started.map(hasEnded))).every(Boolean), {
    timeoutMs: 200_000,
    what: 'the end of all tasks',
  });
  const told: Record<string, string> = {};
  for (const { subject, id } of started) {
    const { state, proof } = await opened.taskThat(id, `${subject} has ended`, ({ endedAt }) => endedAt !== null, ALL_MS);
    told[subject] = `${state} ${proof?.verdict}`;
    const feed = await opened.fullFeed(id);
    expect(feed.at(-1)).toMatch(proof?.verdict === 'VERIFIED' ? /All|also as/ : /^🎉 Task complete!\nDone, but not verified\. /u);
  }
  expect(told).toEqual(
    Object.fromEntries(
      here.flatMap((subject) => [
        [`${nameOf(subject)} honestly`, 'finished VERIFIED'],
        [`${nameOf(subject)} lazily`, 'finished UNVERIFIED'],
      ]),
    ),
  );
  expect(opened.claude.failures()).toEqual([]);
}, 240_000);

const absent = subjects.filter(({ isHere }) => !isHere);
if (absent.length > 0) test.skip.each(absent)('is told in $subject.language too', () => {});
