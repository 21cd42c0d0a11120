// submit_background_confirmation: the code was checked before anything is said about it.
import type { Confirmations, Submitted } from '../confirmation/confirmations.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext } from './deps.js';

export type ConfirmationArguments = { task_id?: string | undefined; confirmation_code?: string | undefined };

/** Each way an answer can end, in one sentence for every channel. */
export function submittedSentence(result: Submitted): string {
  const { taskId } = result;
  switch (result.outcome) {
    case 'approved':
      return `Confirmation code received for task ${taskId}, sir. The background task will continue.`;
    case 'denied':
      return `Denied, sir. Task ${taskId} goes on without that command.`;
    case 'wrong_code':
      return `That code is not right, sir. ${result.triesLeft === 1 ? 'One try is' : `${result.triesLeft} tries are`} left; the command still waits.`;
    case 'locked':
      return 'Too many wrong codes, sir. No code is taken for that command any more.';
    case 'expired':
      return 'That request has expired, sir. Nothing was run.';
    case 'nothing_pending':
      return 'No task is waiting for a confirmation code, sir.';
    case 'too_soon':
      return `That code was given only a moment ago, sir. Task ${taskId} still waits: give the code for it again in a few seconds.`;
    case 'unknown_task':
      return 'Task not found, sir.';
    case 'no_code_configured':
      return 'No confirmation code is configured, sir, so nothing can be approved. Set CONFIRMATION_CODE.';
    case 'ambiguous_task':
      return `Several tasks are waiting, sir: ${result.pending.join(', ')}. Say which one the code is for.`;
  }
}

export async function submit(confirmations: Confirmations, args: ConfirmationArguments, context: CallContext): Promise<FunctionAnswer> {
  const code = args.confirmation_code?.replace(/[\s-]/g, '') ?? '';
  if (code === '' || !args.task_id?.trim()) return refused('missing_argument', 'Please provide both task ID and confirmation code, sir.');
  const { channel, sessionId, credential } = context;
  const result = await confirmations.submit({ taskId: args.task_id, code, channel, sessionId, credential });
  const sentence = submittedSentence(result);
  if (result.outcome === 'approved') return done('approved', sentence, 'Code received, sir. The task will continue.');
  return refused(result.outcome, sentence, { retryable: result.outcome === 'wrong_code' || result.outcome === 'too_soon' });
}
