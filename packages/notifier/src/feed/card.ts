// One task on one card: what it is at, its last steps, how far it is, how long it has worked and what it cost.
import { describe, type EventType, type Phase, percentDone, type Redact, type State } from '@tars/core';
import type { Delivery } from '../channel.js';
import { clean, firstLine } from '../discord/clean.js';
import { COLOUR, type Field, fittedEmbed } from '../discord/embed.js';
import { type DiscordMessage, discordMessage } from '../discord/message.js';
import type { Past, Told } from '../past.js';
import type { PayloadSettings } from './payload.js';
import { LEFT_WELL } from './words.js';

export type Card = {
  /** The same for every version of it; a task that is tried again begins another. */
  key: string;
  op: 'post' | 'edit';
  /** A lower one than was shown is out of date. */
  version: number;
  /** Whether the update is also to be posted as a message of its own: an edit wakes nobody. */
  notify: boolean;
  message: DiscordMessage;
};

/** What a person should be woken for; everything else changes the card alone. */
const NOTIFIES: ReadonlySet<EventType> = new Set<EventType>([
  'confirmation.requested',
  'confirmation.reminded',
  'confirmation.answered',
  'question.asked',
  'task.finished',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
]);
/** A new card is a new message, and so wakes as well. */
const BEGINS: ReadonlySet<EventType> = new Set<EventType>(['task.queued', 'task.retried']);

/** Whether an event may wait for others, to change the card together with them. */
export const isQuiet = (type: EventType): boolean => !NOTIFIES.has(type) && !BEGINS.has(type);

/** `now`: what is so once the event has happened. */
export function cardOf(
  { logged, task }: Delivery,
  now: Past,
  { redact, publicUrl = null }: Pick<PayloadSettings, 'redact' | 'publicUrl'>,
): Card {
  const { taskId, seq, event } = logged;
  const begins = BEGINS.has(event.type);
  return {
    key: now.round <= 1 ? taskId : `${taskId}:${now.round}`,
    op: begins ? 'post' : 'edit',
    version: seq,
    notify: NOTIFIES.has(event.type),
    message: {
      ...discordMessage(redact(openingOf(taskId, now))),
      embeds: [{ ...embedOf(task, now, event.at, redact), ...(publicUrl === null ? {} : { url: `${publicUrl}/tasks/${taskId}` }) }],
    },
  };
}

const openingOf = (id: string, { opening }: Past): string =>
  opening === null
    ? `🚀 Started background task #${id}`
    : opening.verbose || opening.event.type !== 'task.queued'
      ? (describe(id, opening.event) ?? '')
      : `🚀 Started background task #${id}`;

const PHASE_TITLE: Readonly<Partial<Record<Phase, string>>> = {
  planning: '📋 Planning',
  coding: '✏️ Writing code',
  testing: '🧪 Running tests',
  fixing: '🔧 Fixing',
};

type Look = { title: string; color: number };
const LOOK: Readonly<Record<Exclude<State, 'started'>, Look>> = {
  queued: { title: '⏳ Queued', color: COLOUR.grey },
  paused: { title: '⏸️ Paused', color: COLOUR.grey },
  finished: { title: '🎉 Complete', color: COLOUR.green },
  failed: { title: '❌ Failed', color: COLOUR.red },
  timeout: { title: '⏱️ Time limit reached', color: COLOUR.red },
  cancelled: { title: '🛑 Cancelled', color: COLOUR.grey },
};

function lookOf({ state, confirmation, question, phase, unproved }: Past): Look {
  if (state === 'finished' && unproved) return { title: '🎉 Done, not verified', color: COLOUR.amber };
  if (state !== 'started') return LOOK[state];
  if (confirmation !== null) return { title: '⚠️ Needs your confirmation code', color: COLOUR.amber };
  if (question !== null) return { title: '❓ Waits for your answer', color: COLOUR.amber };
  return { title: PHASE_TITLE[phase] ?? '🚀 Starting', color: COLOUR.blue };
}

function embedOf({ id, limits }: Delivery['task'], now: Past, at: number, redact: Redact) {
  const { title, color } = lookOf(now);
  const percent = percentDone({ plan: [...now.plan], state: now.state, percentReached: now.percentReached });
  const fields: Field[] = [
    { name: 'Progress', value: percent === null ? '' : `${percent}%`, inline: true },
    { name: 'Worked', value: `${inWords(now.workedMs)} of ${inWords(limits.workMs)}`, inline: true },
    { name: 'Cost', value: now.costMicros === null ? 'unknown' : `$${(now.costMicros / 1_000_000).toFixed(2)}`, inline: true },
  ];
  return fittedEmbed({
    title: `#${id} ${title}`,
    description: linesOf(id, now.recent, redact).join('\n'),
    color,
    fields,
    footer: { text: `Turn ${now.turn} of ${limits.turns}` },
    timestamp: new Date(at).toISOString(),
  });
}

const linesOf = (id: string, recent: readonly Told[], redact: Redact): string[] =>
  recent.flatMap((told) => {
    const text = wordsFor(id, told);
    return text === null ? [] : [firstLine(clean(redact(text)))];
  });

function wordsFor(id: string, { event, verbose }: Told): string | null {
  if (verbose || event.type !== 'phase.entered') return describe(id, event);
  return event.left === null ? null : (LEFT_WELL[event.left] ?? null);
}

function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}
