// Phases from what is observed, never from what the model says of itself.
import type { Event, Phase, Purpose, Task } from '@tars/core';

export type Phases = {
  /** The events that enter `phase`; none when the task is in it already. */
  enter(phase: Phase): Event[];
  /** Before a file is edited: coding, or fixing while the last test run was red. */
  beforeEdit(): Event[];
  beforeCommand(purpose: Purpose): Event[];
  /** What the last test run said. */
  testsRan(green: boolean): void;
};

export function createPhases(task: () => Task, now: () => number): Phases {
  const { phase: left, refutations } = task();
  // An attempt before this one may have seen them red.
  let tests: 'not run' | 'green' | 'red' = left === 'fixing' || (left === 'testing' && refutations > 0) ? 'red' : 'not run';
  const enter = (phase: Phase): Event[] => {
    const current = task().phase;
    if (current === phase) return [];
    const left = current === 'started' ? null : current;
    return [{ type: 'phase.entered', at: now(), phase, left, leftWell: left === 'testing' ? tests === 'green' : true }];
  };
  return {
    enter,
    beforeEdit: () => enter(tests === 'red' ? 'fixing' : 'coding'),
    beforeCommand: (purpose) => (purpose === 'test' ? enter('testing') : []),
    testsRan(green) {
      tests = green ? 'green' : 'red';
    },
  };
}
