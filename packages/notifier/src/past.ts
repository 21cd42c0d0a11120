// What a task's log says before a given event: the same for every delivery of it, however late.
import {
  type ConfirmationRequest,
  type Event,
  type EventOf,
  type EventType,
  type Phase,
  type PlanStep,
  percentOf,
  type Question,
  type State,
} from '@tars/core';
import { ALWAYS_TOLD } from './feed/always-told.js';

/** An event that was worth telling, and whether every action was told at that time. */
export type Told = Readonly<{ event: Event; verbose: boolean }>;

export type Past = Readonly<{
  /** Whether the owner wants every action told, as they last said. */
  verbose: boolean;
  phase: Phase;
  turn: number;
  /** Phases that were left well at least once, and whether the last test run was green. */
  leftWell: readonly Phase[];
  green: boolean;
  /** The command that waits for a code, and the question that waits for an answer. */
  confirmation: ConfirmationRequest | null;
  question: Question | null;

  state: State;
  plan: readonly PlanStep[];
  /** The most of its plans that was ever done, in percent. */
  percentReached: number;
  /** It ended well by its own account, and its checks did not show it. */
  unproved: boolean;
  workedMs: number;
  /** Null once it cannot be known. */
  costMicros: number | null;
  /** How often it was begun: once, and once more with each retry; and what began it last. */
  round: number;
  opening: Told | null;
  /** The last few things told since then, the newest last. */
  recent: readonly Told[];
}>;

export const BEGINNING: Past = {
  verbose: true,
  phase: 'started',
  turn: 0,
  leftWell: [],
  green: false,
  confirmation: null,
  question: null,
  state: 'queued',
  plan: [],
  percentReached: 0,
  unproved: false,
  workedMs: 0,
  costMicros: 0,
  round: 0,
  opening: null,
  recent: [],
};

const KEPT_RECENT = 6;

/** What is so once `event` has happened. */
export function after(past: Past, event: Event): Past {
  const changed = changedBy(past, event);
  const recent = isLine(changed, event) ? [...changed.recent, toldNow(changed, event)].slice(-KEPT_RECENT) : changed.recent;
  return { ...changed, recent, workedMs: Math.max(changed.workedMs, event.workedMs ?? 0) };
}

function changedBy(past: Past, event: Event): Past {
  switch (event.type) {
    case 'task.queued':
      return begun({ ...past, verbose: event.verbose }, event);
    case 'verbosity.changed':
      return { ...past, verbose: event.verbose };
    case 'task.claimed':
      return { ...past, state: 'started' };
    case 'phase.entered': {
      const leftWell = event.left !== null && event.leftWell ? [...new Set([...past.leftWell, event.left])] : past.leftWell;
      return { ...past, phase: event.phase, leftWell };
    }
    case 'plan.updated':
      return { ...past, plan: event.steps, percentReached: Math.max(past.percentReached, percentOf(event.steps)) };
    case 'turn.replied': {
      const { turn, costMicros } = event;
      return { ...past, turn, costMicros: past.costMicros === null || costMicros === null ? null : past.costMicros + costMicros };
    }
    case 'command.finished':
      // A green run is told by the event that follows.
      return event.purpose === 'test' ? { ...past, green: false } : past;
    case 'tests.passed':
      return { ...past, green: true };
    case 'confirmation.requested':
      return { ...past, confirmation: event.confirmation };
    case 'confirmation.answered':
      return { ...past, confirmation: null };
    case 'question.asked':
      return { ...past, question: event.question };
    case 'question.answered':
      return { ...past, question: null };
    case 'task.paused':
      return { ...past, state: 'paused' };
    case 'task.resumed':
      return { ...past, state: 'queued' };
    case 'task.retried':
      return begun({ ...BEGINNING, verbose: past.verbose, round: past.round }, event);
    case 'task.finished':
      return { ...past, phase: 'complete', state: 'finished', unproved: event.proof.verdict !== 'VERIFIED' };
    case 'task.failed':
      return { ...past, phase: 'error', state: 'failed' };
    case 'task.timed_out':
      return { ...past, phase: 'timeout', state: 'timeout' };
    case 'task.cancelled':
      return { ...past, state: 'cancelled' };
    default:
      return past;
  }
}

const begun = (past: Past, event: EventOf<'task.queued'> | EventOf<'task.retried'>): Past => ({
  ...past,
  round: past.round + 1,
  opening: toldNow(past, event),
});

/** Of what a command printed nothing is kept: it may be much, and a line has no room for it. */
const toldNow = ({ verbose }: Past, event: Event): Told => ({
  event: event.type === 'command.finished' ? { ...event, output: '' } : event,
  verbose,
});

/** What may be one of the last lines. Not what nobody outside is told, nor what a card says elsewhere; phases are looked at one by one. */
const HAS_LINE: Readonly<Record<Exclude<EventType, 'phase.entered'>, boolean>> = {
  'task.queued': false,
  'task.retried': false,
  'task.claimed': false,
  'attempt.started': false,
  'task.released': false,
  'turn.replied': false,
  'limit.neared': false,
  'confirmation.tried': false,
  'message.told': false,
  'pause.requested': false,
  'cancel.requested': false,
  'undo.requested': false,
  'repository.cloned': true,
  'plan.updated': true,
  'edit.intended': true,
  'edit.made': true,
  'tests.passed': true,
  'command.intended': true,
  'command.finished': true,
  'claim.refuted': true,
  'confirmation.requested': true,
  'confirmation.reminded': true,
  'confirmation.answered': true,
  'question.asked': true,
  'question.reminded': true,
  'question.answered': true,
  'verbosity.changed': true,
  'notice.given': true,
  'message.seen': true,
  'task.paused': true,
  'task.resumed': true,
  'task.undone': true,
  'undo.refused': true,
  'result.delivered': true,
  'task.finished': true,
  'task.failed': true,
  'task.timed_out': true,
  'task.cancelled': true,
};
const LAST_PHASES: ReadonlySet<Phase> = new Set<Phase>(['complete', 'error', 'timeout']);

/** Whether the event is one of the last lines; which words it gets is decided where it is shown. */
function isLine({ verbose }: Past, event: Event): boolean {
  if (event.type === 'phase.entered') return !LAST_PHASES.has(event.phase) && (verbose || (event.left !== null && event.leftWell));
  return HAS_LINE[event.type] && (verbose || ALWAYS_TOLD.has(event.type) || event.type === 'task.finished');
}
