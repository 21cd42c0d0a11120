// The way out of going round in circles: the model hears what repeats itself; where that does not help, its owner is asked, and where nobody answers the task ends.
import { agentWords } from '@tars/core';
import { askAndWait } from './ask-user.js';
import type { Context } from './context.js';
import type { Finding } from './dead-end.js';

const OPTIONS = ['go on', 'stop'];
const STOP = /^(stop|no|end|cancel|abort|quit)\b/i;

/** Before each request. The message the task ends with, or null to go on. */
export async function leaveDeadEnd(
  context: Pick<Context, 'record' | 'deadEnds' | 'answers' | 'heard' | 'openAtStart' | 'now'>,
): Promise<string | null> {
  const { record, deadEnds } = context;
  const found = deadEnds.look(record.transcript());
  if (found === null) return null;
  const { turns: turn } = record.task();
  const { key, what } = found.finding;
  if (found.step === 'nudge') {
    const text = `You are going round in circles: ${what}. Once more will not change it. Find out why, or do it another way; ask_user when only the owner can decide. If it cannot be done, call finish and say so.`;
    await record.commit([], [{ kind: 'note', turn, text, deadEnd: { key, step: 'nudged' } }]);
    return null;
  }
  const answer = await ask(context, found.finding, turn);
  if (answer === null) return `${inWords(found.finding)}. Nobody said in time how to go on.`;
  if (STOP.test(answer.trim())) return `${inWords(found.finding)}. You let it end there.`;
  const says = answer === OPTIONS[0] ? 'go on, but do something else than before' : answer;
  const text = `The owner was asked, because ${what}. The owner says: ${says}`;
  await record.commit([], [{ kind: 'note', turn, text, deadEnd: { key, step: 'asked' } }]);
  return null;
}

const inWords = ({ what }: Finding): string => `It went round in circles: ${agentWords(what)}`;

/** One question for this turn, whichever attempt puts it. */
async function ask(context: Parameters<typeof leaveDeadEnd>[0], { what }: Finding, turn: number): Promise<string | null> {
  const question = `It goes round in circles: ${what}. Shall it go on, or what should it do instead? Without an answer it ends.`;
  return askAndWait(context, `dead-end-${turn}`, { question, options: OPTIONS, about: 'dead_end' });
}
