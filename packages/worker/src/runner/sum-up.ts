// A summary in place of a long conversation: the model's own words where it can still be asked, and what the record itself knows for certain.
import { costMicros, type Event, type RecordOf, type Task, type TranscriptRecord } from '@tars/core';
import { ModelGaveUpError, type Reply } from '../model/client.js';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { toolDefinitions } from '../tools/toolset.js';
import type { Context } from './context.js';
import { toMessages, wordsOf } from './messages.js';

const ASK = `The conversation is about to be cut to make room. Call no tool now. Write what you need to go on without it, in at most 500 words: what the goal comes to in detail, what is done and how, what you found out about the project (names, places, conventions), what failed and why, and what comes next. The plan, the changed files and the last failing output are kept anyway.`;

const FAILURE_CHARS = 4_000;
const MESSAGE_CHARS = 1_000;
const WORDS_CHARS = 6_000;
const MOST_FILES = 80;
const MOST_MESSAGES = 20;

/** `upTo`: how many records it stands for. `canAsk`: false where the conversation is too large already for one more request. */
export async function sumUp(context: Context, upTo: number, canAsk: boolean): Promise<void> {
  const { record, prices, now } = context;
  const reply = canAsk ? await ownWords(context) : null;
  const task = record.task();
  const spent: Event[] = reply === null ? [] : [spentOn(reply, task, prices, now())];
  const text = summaryOf(record.transcript(), task, reply === null ? '' : wordsOf(reply.content));
  await record.commit(spent, [{ kind: 'summary', turn: task.turns, upTo, text }]);
}

async function ownWords({ record, model, signal }: Context): Promise<Reply | null> {
  const messages = toMessages([...record.transcript(), { kind: 'note', turn: 0, text: ASK }]);
  try {
    return await model.turn({ system: SYSTEM_PROMPT, tools: toolDefinitions(), messages }, signal);
  } catch (error) {
    // What cannot be summed up by the model is by us; all other trouble is the task's.
    if (error instanceof ModelGaveUpError && (error.reason === 'context_too_large' || error.reason === 'model_rejected')) return null;
    throw error;
  }
}

/** It costs, but it is no turn of the task. */
const spentOn = ({ model, usage }: Reply, { turns }: Task, prices: Context['prices'], at: number): Event => ({
  type: 'turn.replied',
  at,
  turn: turns,
  model,
  usage,
  costMicros: costMicros(model, usage, prices),
  says: '',
});

export function summaryOf(transcript: readonly TranscriptRecord[], { plan, turns }: Pick<Task, 'plan' | 'turns'>, words: string): string {
  const files = [...new Set(transcript.flatMap((record) => (record.kind === 'intent' && record.path !== undefined ? [record.path] : [])))];
  const messages = transcript.flatMap((record) => (record.kind === 'note' && record.messageId !== undefined ? [record.text] : []));
  const failure = lastFailure(transcript);
  return [
    `[The conversation up to turn ${turns} was put aside to make room. This is what it came to.]`,
    ...part('The plan:', plan.map(({ title, status }) => `- ${title}: ${status}`).join('\n')),
    ...part('Files changed so far:', files.slice(-MOST_FILES).join(', ')),
    ...part(
      'Said meanwhile:',
      messages
        .slice(-MOST_MESSAGES)
        .map((text) => text.slice(0, MESSAGE_CHARS))
        .join('\n'),
    ),
    ...part('The end of the last output that failed (it may be mended since):', failure === null ? '' : failure.slice(-FAILURE_CHARS)),
    ...part('Your own words:', (words.trim() || lastWords(transcript)).slice(0, WORDS_CHARS)),
  ].join('\n');
}

const part = (title: string, text: string): string[] => (text === '' ? [] : ['', title, text]);

function lastFailure(transcript: readonly TranscriptRecord[]): string | null {
  const commands = new Set(
    transcript
      .flatMap((record) => (record.kind === 'reply' ? record.content : []))
      .flatMap((block) => (block.name === 'bash' ? [block.id] : [])),
  );
  const failed = transcript.findLast((record) => record.kind === 'result' && record.isError && commands.has(record.callId));
  return (failed as RecordOf<'result'> | undefined)?.text ?? null;
}

/** What it said last, where it could not be asked: the newest sentences, and the summary before. */
function lastWords(transcript: readonly TranscriptRecord[]): string {
  const before = transcript.findLast((record): record is RecordOf<'summary'> => record.kind === 'summary')?.text ?? '';
  const said = transcript.flatMap((record) => (record.kind === 'reply' ? [wordsOf(record.content)] : [])).filter((text) => text !== '');
  return [
    before.slice(before.indexOf(OWN) + OWN.length).slice(0, before.includes(OWN) ? WORDS_CHARS / 2 : 0),
    said.join('\n').slice(-WORDS_CHARS / 2),
  ]
    .filter((text) => text.trim() !== '')
    .join('\n');
}

const OWN = 'Your own words:\n';
