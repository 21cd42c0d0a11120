// What a task's log says before a given event: the same for every delivery of it, however late.
import type { ConfirmationRequest, Event, Phase } from '@tars/core';

export type Past = Readonly<{
  /** Whether the owner wants every action told, as they last said. */
  verbose: boolean;
  phase: Phase;
  turn: number;
  /** Phases that were left well at least once, and whether the last test run was green. */
  leftWell: readonly Phase[];
  green: boolean;
  /** The command that waits for a code. */
  confirmation: ConfirmationRequest | null;
}>;

export const BEGINNING: Past = { verbose: true, phase: 'started', turn: 0, leftWell: [], green: false, confirmation: null };

/** What is so once `event` has happened. */
export function after(past: Past, event: Event): Past {
  switch (event.type) {
    case 'task.queued':
    case 'verbosity.changed':
      return { ...past, verbose: event.verbose };
    case 'phase.entered': {
      const leftWell = event.left !== null && event.leftWell ? [...new Set([...past.leftWell, event.left])] : past.leftWell;
      return { ...past, phase: event.phase, leftWell };
    }
    case 'turn.replied':
      return { ...past, turn: event.turn };
    case 'command.finished':
      // A green run is told by the event that follows.
      return event.purpose === 'test' ? { ...past, green: false } : past;
    case 'tests.passed':
      return { ...past, green: true };
    case 'confirmation.requested':
      return { ...past, confirmation: event.confirmation };
    case 'confirmation.answered':
      return { ...past, confirmation: null };
    case 'task.retried':
      return { ...BEGINNING, verbose: past.verbose };
    case 'task.finished':
      return { ...past, phase: 'complete' };
    case 'task.failed':
      return { ...past, phase: 'error' };
    case 'task.timed_out':
      return { ...past, phase: 'timeout' };
    default:
      return past;
  }
}
