import { expect, test } from '@jest/globals';
import type { Event, Phase } from '@tars/core';
import { createPhases } from './phases.js';

function watched(phase: Phase = 'started', refutations = 0) {
  const log: (readonly [Phase, boolean])[] = [];
  const phases = createPhases(
    () => ({ phase, refutations }) as never,
    () => 0,
  );
  const follow = (events: Event[]) => {
    for (const event of events) {
      if (event.type !== 'phase.entered') continue;
      phase = event.phase;
      log.push([event.phase, event.leftWell]);
    }
  };
  return { phases, follow, log };
}

test('an edit is coding, and fixing once the tests were red', () => {
  const { phases, follow, log } = watched();
  follow(phases.enter('planning'));
  follow(phases.beforeEdit());
  follow(phases.beforeCommand('test'));
  phases.testsRan(false);
  follow(phases.beforeEdit());
  follow(phases.beforeCommand('test'));
  phases.testsRan(true);
  follow(phases.beforeEdit());
  expect(log).toEqual([
    ['planning', true],
    ['coding', true],
    ['testing', true],
    ['fixing', false],
    ['testing', true],
    ['coding', true],
  ]);
});

test('a phase that goes on is entered once, and only a test run is testing', () => {
  const { phases, follow, log } = watched();
  follow(phases.beforeEdit());
  follow(phases.beforeEdit());
  follow(phases.beforeCommand('install'));
  expect(log.map(([phase]) => phase)).toEqual(['coding']);
});

test('an attempt that goes on where the tests were red goes on fixing', () => {
  const resumed = watched('fixing');
  resumed.follow(resumed.phases.beforeEdit());
  expect(resumed.log).toEqual([]);
  const refuted = watched('testing', 1);
  refuted.follow(refuted.phases.beforeEdit());
  expect(refuted.log).toEqual([['fixing', false]]);
});
