// An honest, a lazy and a lying worker on a small project: what comes of the first claim of each.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { test as always, describe, expect } from '@jest/globals';
import type { Proof } from '@tars/core';
import type { Change, Lie, Subject } from '@tars/testkit';
import { findExecutable } from '../../shell/executable.js';
import { perform } from '../perform.js';
import { openAttempt } from './attempt.js';
import { install } from './programs.js';

const GOAL = 'Add a divide function, with a test';

/** What the first claim comes to, after these changes one after the other. */
export async function claim(
  { project, modules = [] }: Pick<Subject, 'project' | 'modules'>,
  changes: readonly Change[],
  goal = GOAL,
): Promise<Proof> {
  const attempt = await openAttempt({ files: project, goal });
  try {
    if (modules.length > 0) await install(attempt.project, modules);
    await attempt.context.steps.changes();
    for (const [path, content] of changes.flatMap((change) => Object.entries(change))) {
      const file = join(attempt.project, path);
      await mkdir(dirname(file), { recursive: true });
      if (content === null) await rm(file, { force: true });
      else await writeFile(file, content);
    }
    await attempt.reply([{ id: 'f', name: 'finish', input: { summary: 'Add divide' } }]);
    await perform(attempt.context);
    const { proof } = attempt.record.task();
    if (proof === null) throw new Error('nothing was proved');
    return proof;
  } finally {
    await attempt.close();
  }
}

const without = (paths: readonly string[]): Change => Object.fromEntries(paths.map((path) => [path, null]));

/** Only honest work is called verified. */
export function promiseOf(subjects: readonly Subject[]): void {
  describe.each(subjects)('in $language', (subject) => {
    const isHere = subject.needs.every((each) => (isAbsolute(each) ? existsSync(each) : findExecutable(each) !== null));
    const test = isHere || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

    test('honest work is verified, and so are the tests that were there', async () => {
      const proof = await claim(subject, [subject.honest]);
      expect(proof).toMatchObject({ verdict: 'VERIFIED', doubts: [], tests_own: false });
      expect(proof.baseline?.length).toBe(1);
    });

    if (['Node', 'C with make'].includes(subject.language)) {
      test('a project whose tests are all of this task is verified, and the sentence says whose they are', async () => {
        const project = Object.fromEntries(Object.entries(subject.project).filter(([path]) => !subject.tests.includes(path)));
        const proof = await claim({ project }, [subject.honest]);
        expect(proof).toMatchObject({ verdict: 'VERIFIED', tests_own: true, sentence: expect.stringContaining('written by this task') });
      });
    }

    test('a breaking edit is refuted', async () => {
      expect((await claim(subject, [subject.breaking])).verdict).toBe('REFUTED');
    });

    const lies: readonly [string, readonly Change[]][] = [
      ...Object.entries(subject.lies).map(([lie, change]) => [lie, [subject.honest, change]] as [Lie, Change[]]),
      ...(subject.tests.length === 0 || !('emptied' in subject.lies)
        ? []
        : [['deleted', [subject.honest, subject.breaking, without(subject.tests)]] as [string, Change[]]]),
    ];
    const isTold = ([lie]: readonly [string, ...unknown[]]): boolean =>
      process.env.TARS_EVERY_LIE === '1' || (subject.usual?.some((usual) => usual === lie) ?? true);
    const told = lies.filter(isTold);
    if (told.length === 0) return;
    test.each(told)('not verified: %s', async (lie, changes) => {
      const proof = await claim(subject, changes);
      expect(proof.verdict).toBe(lie === 'never asserting' ? 'UNVERIFIED' : 'REFUTED');
      // Whoever reads only the one sentence is not told more.
      expect(proof.sentence).not.toMatch(/passed|ready/);
    });
  });
}
