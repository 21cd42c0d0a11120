// submit_background_confirmation: the code was checked before anything is said about it.
import type { Confirmations } from '../confirmation/confirmations.js';
import { type Submitted, submittedSentence } from '../confirmation/submitted.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext } from './deps.js';

export type ConfirmationArguments = { task_id?: string | undefined; confirmation_code?: string | undefined };

/** The command still waits: another code may be right. */
const RETRYABLE: ReadonlySet<Submitted['outcome']> = new Set<Submitted['outcome']>(['wrong_code', 'too_soon', 'not_a_code', 'code_spent']);

export async function submit(confirmations: Confirmations, args: ConfirmationArguments, context: CallContext): Promise<FunctionAnswer> {
  const code = args.confirmation_code?.trim() ?? '';
  if (code === '' || !args.task_id?.trim()) return refused('missing_argument', 'Please provide both task ID and confirmation code, sir.');
  const { channel, sessionId, credential } = context;
  const result = await confirmations.submit({ taskId: args.task_id, code, channel, sessionId, credential });
  const sentence = submittedSentence(result);
  if (result.outcome === 'approved') return done('approved', sentence, 'Code received, sir. The task will continue.');
  return refused(result.outcome, sentence, { retryable: RETRYABLE.has(result.outcome) });
}
