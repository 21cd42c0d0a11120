import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BashStage } from './testing/bash-stage.js';
import { programsRun } from './testing/programs-run.js';
import { isStub, stubLine } from './testing/stub-lines.js';

/** How many lines of each depth: deep ones cost bash more. */
const LINES = [6_500, 3_300, 200];
const BATCH = 500;
/** The same lines in every run: what is compared must not be a matter of luck. */
const SEED = 42;

test('the programs seen are those that bash runs, as often as it runs them', () => {
  const stage = new BashStage();
  try {
    const lines = LINES.flatMap((count, depth) => fc.sample(stubLine(depth), { numRuns: count, seed: SEED }));
    for (let from = 0; from < lines.length; from += BATCH) {
      const batch = lines.slice(from, from + BATCH);
      const seen = batch.map((line) => ({ line, ran: programsRun(line).filter(isStub).sort() }));
      expect(seen).toEqual(stage.ran(batch).map((ran, at) => ({ line: batch[at], ran })));
    }
  } finally {
    stage.close();
  }
}, 120_000);

test('a program is heard also when nobody reads the pipe that its line writes to first', () => {
  const stage = new BashStage();
  try {
    expect(stage.ran(['{ for n in {1..50000}; do :; done; echo stub2; stub3; } | stub1'])).toEqual([['stub1', 'stub3']]);
  } finally {
    stage.close();
  }
});
