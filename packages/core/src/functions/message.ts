// message_coding_task: what the user says reaches the agent before its next turn; a task that has ended goes on with it.
import { newId, spellTaskId } from '../ids.js';
import { MAX_MESSAGE_CHARS } from '../message.js';
import { isSettled } from '../state.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import { continueEnded } from './continue-ended.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { isAnswer, meantTask } from './meant-task.js';
import { requeued } from './requeued.js';

export type MessageArguments = { task_id?: string | undefined; message?: string | undefined };

export async function message(deps: FunctionDeps, args: MessageArguments, context: CallContext): Promise<FunctionAnswer> {
  // People say the code in passing; from here on the model reads it too.
  const text = deps.redact(args.message?.trim() ?? '');
  if (text === '') return refused('no_text', 'Please say what to tell the task, sir.');
  if (text.length > MAX_MESSAGE_CHARS) return tooLong(text.length);
  if (!args.task_id?.trim()) return refused('missing_argument', 'Which task, sir? Please say which one the message is for.');
  const meant = await meantTask(deps.store, args.task_id, { none: '' });
  if (isAnswer(meant)) return meant;
  // Ended, or not, a moment ago: then the other way is the right one.
  return (
    (isSettled(meant.state) ? await toEnded(deps, meant, text, context) : null) ??
    (await toLiving(deps, meant, text, context)) ??
    (await toEnded(deps, (await deps.store.read(meant.id)) ?? meant, text, context)) ??
    refused('unknown_task', 'Task not found, sir.')
  );
}

/** Null when it has ended. */
async function toLiving({ store, clock }: FunctionDeps, { id }: Task, text: string, by: CallContext): Promise<FunctionAnswer | null> {
  const told = { type: 'message.told', at: clock(), messageId: newId('message'), text, channel: by.channel } as const;
  const noted = await store.commit(id, { as: { role: 'outsider' }, events: [told], by });
  if (noted.kind === 'refused' && isSettled(noted.task.state)) return null;
  const isKnown = noted.kind === 'refused' && noted.task.messages.some((unread) => unread.text === text);
  if (noted.kind === 'refused' && !isKnown) return tooMany(noted.task);
  return noted.kind === 'committed' || noted.kind === 'refused' ? answerFor(noted.task) : null;
}

/** Null when it has not ended. */
async function toEnded(deps: FunctionDeps, task: Task, text: string, by: CallContext): Promise<FunctionAnswer | null> {
  const continued = await continueEnded(deps, task, by, { messageId: newId('message'), text });
  if (continued.kind === 'refused' && isSettled(continued.task.state)) return tooMany(continued.task);
  if (continued.kind !== 'committed') return null;
  const { id } = continued.task;
  return requeued(deps, continued.task, {
    status: 'continued',
    text: `Message for #${id} noted; the task goes on with it.`,
    say: `Message noted, sir. Task ${spellTaskId(id)} goes on with it.`,
  });
}

function answerFor(task: Task): FunctionAnswer {
  const noted = `Message for #${task.id} noted`;
  if (task.state === 'paused') {
    return done(
      'noted',
      `${noted}; the agent reads it when the task is resumed.`,
      'Noted, sir. The agent reads it when the task is resumed.',
      task,
    );
  }
  return done(
    'noted',
    `${noted}; the agent reads it before its next turn.`,
    'Message noted, sir. The agent reads it before its next turn.',
    task,
  );
}

const tooLong = (chars: number): FunctionAnswer =>
  refused(
    'too_long',
    `A message may have ${MAX_MESSAGE_CHARS} characters, sir; this one has ${chars}. Put the rest into a file of the project.`,
    {
      say: 'That message is too long, sir.',
    },
  );

const tooMany = ({ id, messages }: Task): FunctionAnswer =>
  refused('too_many', `${messages.length} messages to task ${id} are still unread, sir. Wait until the agent has read them.`, {
    retryable: true,
  });
