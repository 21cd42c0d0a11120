// The owner's answer to what a task asks: it reaches the agent, and the task goes on.
import type { Caller } from './audit.js';
import type { Channel } from './event.js';
import { findTask } from './functions/find-task.js';
import type { Redact } from './redact.js';
import type { TaskStore } from './redis/store.js';

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
  | { outcome: 'answered' | 'no_text' | 'expired' | 'nothing_asked' | 'unknown_task' }
  | { outcome: 'ambiguous_task'; pending: string[] }
);

export async function answerQuestion(store: TaskStore, answer: Answer): Promise<Answered> {
  const { questionId, channel, at, by = {} } = answer;
  const text = answer.redact(answer.text.trim());
  if (text === '') return { outcome: 'no_text', taskId: '' };
  const found = await find(store, answer.taskId);
  if (found.kind === 'none' && answer.taskId !== undefined) return { outcome: 'unknown_task', taskId: '' };
  if (found.kind === 'none') return { outcome: questionId === undefined ? 'nothing_asked' : 'expired', taskId: '' };
  if (found.kind === 'several') return { outcome: 'ambiguous_task', taskId: '', pending: found.ids };
  const { id: taskId, question } = found.task;
  if (question === null) return { outcome: questionId === undefined ? 'nothing_asked' : 'expired', taskId };
  // While a task is paused its questions' time stands still.
  const isLate = found.task.state !== 'paused' && question.expiresAt <= at;
  if (isLate || (questionId !== undefined && questionId !== question.id)) return { outcome: 'expired', taskId };
  const done = await store.commit(taskId, {
    as: { role: 'outsider' },
    events: [{ type: 'question.answered', at, questionId: question.id, text, channel }],
    by,
  });
  return { outcome: done.kind === 'committed' ? 'answered' : 'nothing_asked', taskId };
}

async function find(store: TaskStore, said: string | undefined): ReturnType<typeof findTask> {
  if (said !== undefined) return findTask(store, said);
  const asking = (await store.unsettled()).filter((task) => task.question !== null);
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
    case 'expired':
      return 'That question is no longer open, sir.';
    case 'nothing_asked':
      return 'No task is waiting for an answer, sir.';
    case 'unknown_task':
      return 'Task not found, sir.';
    case 'ambiguous_task':
      return `Which task, sir? ${result.pending.join(', ')}.`;
  }
}
