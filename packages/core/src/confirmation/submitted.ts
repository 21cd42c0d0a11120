// How a code or a denial ended, and the one sentence that says so on every channel.
import { someOf } from '../some-of.js';
import type { ConfirmationOutcome } from './request.js';

export type Submitted = { taskId: string } & (
  | { outcome: 'approved' | 'denied' | 'expired' | 'too_soon' | 'unknown_task' | 'no_code_configured' | 'not_a_code' }
  /** `already`: how the request that was meant had ended before. `pending`: tasks that do wait, where another was named. */
  | { outcome: 'nothing_pending'; already?: ConfirmationOutcome; pending?: string[] }
  /** `opensInMs`: the owner's window is closed that long; otherwise it is this one request that takes no code any more. */
  | { outcome: 'locked'; opensInMs?: number }
  | { outcome: 'wrong_code' | 'code_spent'; triesLeft: number }
  | { outcome: 'ambiguous_task'; pending: string[] }
);

/** So many ids are read. */
const NAMED = 10;

export function submittedSentence(result: Submitted): string {
  const { taskId } = result;
  switch (result.outcome) {
    case 'approved':
      return `Confirmation code received for task ${taskId}, sir. The background task will continue.`;
    case 'denied':
      return `Denied, sir. Task ${taskId} goes on without that command.`;
    case 'wrong_code':
      return `That code is not right, sir. ${triesInWords(result.triesLeft)}; the command still waits.`;
    case 'code_spent':
      return `That code was used already, sir. Wait for the next one in your app; the command still waits.`;
    case 'not_a_code':
      return 'That is no confirmation code, sir: a code is 4 to 12 digits. It did not count as a try.';
    case 'locked':
      return result.opensInMs === undefined
        ? 'Too many wrong codes, sir. No code is taken for that command any more.'
        : `Too many wrong codes, sir. No code is taken for ${inWords(result.opensInMs)}, not even the right one.`;
    case 'expired':
      return 'That request has expired, sir. Nothing was run.';
    case 'nothing_pending':
      return nothingPending(taskId, result.already, result.pending ?? []);
    case 'too_soon':
      return `That code was given only a moment ago, sir. Task ${taskId} still waits: give the code for it again in a few seconds.`;
    case 'unknown_task':
      return 'Task not found, sir.';
    case 'no_code_configured':
      return 'No confirmation code is configured, sir, so nothing can be approved. Set CONFIRMATION_CODE.';
    case 'ambiguous_task':
      return `Several tasks are waiting, sir: ${someOf(result.pending, NAMED)}. Say which one the code is for.`;
  }
}

const triesInWords = (left: number): string => (left === 1 ? 'One try is left' : `${left} tries are left`);

/** Rounded up: at its end the right code is taken again. */
function inWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? 'another minute' : `another ${minutes} minutes`;
}

const ALREADY: Readonly<Record<ConfirmationOutcome, string>> = {
  approved: 'It was approved',
  denied: 'It was denied',
  expired: 'Its time was over',
  locked: 'It was locked',
};

function nothingPending(taskId: string, already: ConfirmationOutcome | undefined, pending: readonly string[]): string {
  if (taskId === '') return 'No task is waiting for a confirmation code, sir.';
  if (already !== undefined) return `That was answered already, sir. ${ALREADY[already]} before.`;
  const others = pending.length === 0 ? '' : ` ${someOf(pending, NAMED)} ${pending.length === 1 ? 'is' : 'are'}.`;
  return `Task ${taskId} is not waiting for a confirmation code, sir.${others}`;
}
