// The owner's answer to what a task asks: it reaches the agent, and the task goes on.
import type { Caller } from './audit.js';
import { costCap, dollars } from './cost.js';
import type { Channel, EventOf } from './event.js';
import { READ_IDS } from './functions/answer.js';
import { findTask } from './functions/find-task.js';
import { parseMoneyAnswer } from './money-answer.js';
import { parseOption } from './parse-option.js';
import { REDACTED, type Redact } from './redact.js';
import type { TaskStore } from './redis/store.js';
import { someOf } from './some-of.js';
import type { Task } from './task.js';

export type Answer = {
  /** The task as people name it; left out when only one asks. */
  taskId?: string | undefined;
  /** The question that was read, when it is known: another one asked since is not answered by mistake. */
  questionId?: string | undefined;
  text: string;
  channel: Channel;
  /** The agent may ask for anything; a code or a key given in answer does not reach it. */
  redact: Redact;
  /** Milliseconds since 1970. */
  at: number;
  /** Who answers, for the audit trail. */
  by?: Caller;
};

export type Answered = { taskId: string } & (
  | { outcome: 'answered' | 'no_text' | 'is_secret' | 'expired' | 'nothing_asked' | 'unknown_task' | 'not_understood' | 'not_yet' }
  /** A task at its cap goes on, and may cost this much now; or it has ended. */
  | { outcome: 'goes_on'; capMicros: number }
  | { outcome: 'stopped' }
  | { outcome: 'ambiguous_task'; pending: string[] }
);

export async function answerQuestion(store: TaskStore, answer: Answer): Promise<Answered> {
  const { questionId, channel, at, by = {} } = answer;
  const text = answer.redact(answer.text.trim());
  if (text === '') return { outcome: 'no_text', taskId: '' };
  // Whoever is asked gives the code out of habit; the agent must not be told "[redacted]" for an answer.
  if (answer.text.trim() !== REDACTED && text === REDACTED) return { outcome: 'is_secret', taskId: '' };
  const found = await find(store, answer);
  if (found.kind === 'none' && answer.taskId !== undefined) return { outcome: 'unknown_task', taskId: '' };
  if (found.kind === 'none') return { outcome: questionId === undefined ? 'nothing_asked' : 'expired', taskId: '' };
  if (found.kind === 'several') return { outcome: 'ambiguous_task', taskId: '', pending: found.ids };
  const { id: taskId, question } = found.task;
  if (question === null) return { outcome: questionId === undefined ? 'nothing_asked' : 'expired', taskId };
  // While a task is paused its questions' time stands still.
  const isLate = found.task.state !== 'paused' && question.expiresAt !== null && question.expiresAt <= at;
  if (isLate || (questionId !== undefined && questionId !== question.id)) return { outcome: 'expired', taskId };
  const said = {
    type: 'question.answered',
    at,
    questionId: question.id,
    text: parseOption(text, question.options) ?? text,
    channel,
  } as const;
  if (question.about === 'cost') return answerCost(store, found.task, said, by);
  const done = await store.commit(taskId, { as: { role: 'outsider' }, events: [said], by });
  return { outcome: done.kind === 'committed' ? 'answered' : 'nothing_asked', taskId };
}

/** A task at its cap is paused: with the answer it goes back to the queue, or ends. */
async function answerCost(store: TaskStore, task: Task, said: EventOf<'question.answered'>, by: Caller): Promise<Answered> {
  const { id: taskId, state } = task;
  const meant = parseMoneyAnswer(said.text ?? '');
  if (meant === null) return { outcome: 'not_understood', taskId };
  const { at, channel } = said;
  if (meant.kind === 'go on') {
    const raised = meant.micros === null ? {} : { raisedMicros: meant.micros };
    const done = await store.commit(taskId, {
      as: { role: 'outsider' },
      events: [said, { type: 'task.resumed', at, channel, ...raised }],
      by,
    });
    return done.kind === 'committed' ? { outcome: 'goes_on', taskId, capMicros: costCap(done.task) } : { outcome: 'nothing_asked', taskId };
  }
  // Its worker is about to let go of it: what still runs is its worker's to end.
  if (state !== 'paused') return { outcome: 'not_yet', taskId };
  const message = `The cost limit of ${dollars(costCap(task))} is reached, and you let it end there.`;
  const done = await store.commit(taskId, {
    as: { role: 'outsider' },
    events: [said, { type: 'task.failed', at, reason: 'max_cost', message }],
    by,
  });
  return { outcome: done.kind === 'committed' ? 'stopped' : 'nothing_asked', taskId };
}

async function find(store: TaskStore, { taskId, questionId }: Answer): ReturnType<typeof findTask> {
  if (taskId !== undefined) return findTask(store, taskId);
  const open = (await store.waiting()).filter(({ question }) => question !== null);
  const meant = open.filter(({ question }) => question?.id === questionId);
  const asking = questionId === undefined || (meant.length === 0 && open.length === 1) ? open : meant;
  const [only, second] = asking;
  if (only === undefined) return { kind: 'none' };
  return second === undefined ? { kind: 'one', task: only } : { kind: 'several', ids: asking.map(({ id }) => id) };
}

/** Each way an answer can end, in one sentence for every channel. */
export function answeredSentence(result: Answered): string {
  switch (result.outcome) {
    case 'answered':
      return `Answer received for task ${result.taskId}, sir. The background task will continue.`;
    case 'no_text':
      return 'Please provide an answer, sir.';
    case 'goes_on':
      return `Task ${result.taskId} goes on, sir. It may cost ${dollars(result.capMicros)} now.`;
    case 'stopped':
      return `Task ${result.taskId} has ended at its cost limit, sir.`;
    case 'not_understood':
      return 'Say go on, stop, or an amount such as $3, sir.';
    case 'not_yet':
      return 'Its worker is just letting go of it, sir. Say that again in a moment.';
    case 'is_secret':
      return 'That is a code or a key, sir, and the task asked for something else. It was not passed on.';
    case 'expired':
      return 'That question is no longer open, sir.';
    case 'nothing_asked':
      return 'No task is waiting for an answer, sir.';
    case 'unknown_task':
      return 'Task not found, sir.';
    case 'ambiguous_task':
      return `Which task, sir? ${someOf(result.pending, READ_IDS)}.`;
  }
}
