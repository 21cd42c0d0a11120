// From an event to what is sent of it: pure, so that a repeated delivery is the same message again.
import { type ConfirmationRequest, type Event, type EventOf, type LoggedEvent, type Redact, redactValue } from '@tars/core';
import type { OutboxChannel } from '@tars/core/redis';
import type { Delivery } from '../channel.js';
import { type DiscordMessage, discordMessage, threadName } from '../discord/message.js';
import { after } from '../past.js';
import { type Card, cardOf, isQuiet } from './card.js';
import { digestOf } from './digest.js';
import { type Kind, kindOf } from './kind.js';
import { type Words, wordsOf } from './words.js';

export type PayloadSettings = {
  /** Takes every secret out of what is sent. */
  redact: Redact;
  hideCommandOutput: boolean;
  /** The Discord user to ping when a person is waited for. */
  mentionUser: string | null;
  /** One message per update, or one card per task that changes; messages unless told otherwise. */
  style?: 'messages' | 'card';
  /** Whether a request for a code carries buttons. */
  buttons?: boolean;
  /** Where people reach the api: a card leads to the task's page there. */
  publicUrl?: string | null;
};

/** `id` is the same for every try of the same message. */
export type Message = { id: string; body: Record<string, unknown> & { discord: DiscordMessage; thread_name: string; card?: Card } };

/** Ids, times and fixed words: no secret fits in, and a receiver must find them unharmed. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'phase',
  'outcome',
  'confirmation_id',
  'question_id',
  'expires_at',
  'cost_usd',
  'pause_reason',
]);
const WAITS_FOR_A_PERSON: ReadonlySet<string> = new Set(['confirmation_request', 'confirmation_reminder', 'question', 'question_reminder']);

type Sending = PayloadSettings & { channel: OutboxChannel };

/** What is sent for one event, in order: mostly one message, none where the reader asked for less, two where a phase ends with the task. */
export function messagesOf(delivery: Delivery, settings: PayloadSettings, channel: OutboxChannel = 'n8n'): Message[] {
  const sending = { ...settings, channel };
  if (settings.style === 'card') return cardMessage(delivery, sending);
  const { earlier = [], logged } = delivery;
  if (earlier.length > 0) return digestMessage(earlier, delivery, sending);
  const kind = kindOf(delivery);
  if (kind === null) return [];
  return wordsOf(toldOf(logged.event, settings), delivery).map((words) => messageOf(words, kind, delivery, sending));
}

const toldOf = (event: Event, { hideCommandOutput }: PayloadSettings): Event =>
  hideCommandOutput && event.type === 'command.finished' ? { ...event, output: '' } : event;

function digestMessage(earlier: readonly LoggedEvent[], delivery: Delivery, sending: Sending): Message[] {
  const { text, past } = digestOf(delivery, earlier, sending.redact);
  if (text === '') return [];
  const { phase } = after(past, delivery.logged.event);
  return [messageOf({ text }, { type: 'progress', fields: { phase } }, { ...delivery, past }, sending)];
}

/** One message for all the events, with the card as it is after them. What wakes a person is told in its own words; the rest stands on the card. */
function cardMessage(delivery: Delivery, sending: Sending): Message[] {
  const { earlier = [], logged } = delivery;
  const { text, past } = digestOf(delivery, earlier, sending.redact);
  const last = { ...delivery, past };
  const kind = kindOf(last);
  const words = kind === null ? [] : wordsOf(toldOf(logged.event, sending), last);
  const own = words.at(-1);
  if (kind !== null && own !== undefined && (earlier.length === 0 || !isQuiet(logged.event.type))) {
    return [withCard(messageOf({ text: own.text }, kind, last, sending), last, sending)];
  }
  const { phase } = after(past, logged.event);
  // In minimal mode a phase may be entered without a word, and the card shows it all the same.
  const entered = [...earlier, logged].some(({ event }) => event.type === 'phase.entered');
  if (text === '' && !entered) return [];
  const said = text === '' ? `#${logged.taskId}: ${phase}` : text;
  return [withCard(messageOf({ text: said }, { type: 'progress', fields: { phase } }, last, sending), last, sending)];
}

const withCard = ({ id, body }: Message, delivery: Delivery, sending: Sending): Message => ({
  id,
  body: { ...body, card: cardOf(delivery, after(delivery.past, delivery.logged.event), sending) },
});

function messageOf({ text, phase }: Words, kind: Kind, { logged, task, past }: Delivery, sending: Sending): Message {
  const { redact, mentionUser, buttons = false, publicUrl = null, channel } = sending;
  const { taskId, seq, event } = logged;
  const { type, fields } = phase === undefined ? kind : { type: 'phase_complete', fields: { phase } };
  const message = redact(text);
  const asked = event.type === 'confirmation.requested' ? withoutSecrets(event.confirmation, redact) : null;
  const beside = phase !== undefined && event.type !== 'phase.entered';
  const id = `${taskId}:${seq}:${channel}`;
  return {
    id: beside ? `${id}:phase` : id,
    body: {
      target: 'discord',
      source: 'background_task',
      task_id: taskId,
      type,
      message,
      timestamp: new Date(event.at).toISOString(),
      schema: 'tars.task-update/1',
      sequence: seq,
      session_id: task.sessionId,
      turn: after(past, event).turn,
      max_turns: task.limits.turns,
      ...Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, STRUCTURE.has(name) ? value : redactValue(value, redact)]),
      ),
      discord: discordMessage(message, {
        asked: asked && { taskId, request: asked, withButtons: buttons, page: publicUrl && `${publicUrl}/tasks/${taskId}` },
        ending:
          event.type === 'task.finished' && phase === undefined && after(past, event).verbose ? endingWithoutSecrets(event, redact) : null,
        mention: WAITS_FOR_A_PERSON.has(type) ? mentionUser : null,
      }),
      thread_name: threadName(taskId, redact(task.goal)),
    },
  };
}

const withoutSecrets = (asked: ConfirmationRequest, redact: Redact): ConfirmationRequest => ({
  ...asked,
  command: redact(asked.command),
  cwd: redact(asked.cwd),
  agentSays: redact(asked.agentSays),
  access: asked.access.map(redact),
  ...(asked.effect === undefined ? {} : { effect: redact(asked.effect) }),
  ...(asked.changed === undefined ? {} : { changed: redact(asked.changed) }),
});

const endingWithoutSecrets = (event: EventOf<'task.finished'>, redact: Redact): EventOf<'task.finished'> => {
  const { summary, filesChanged, branch, suggestedCommitMessage, proof } = event;
  return {
    ...event,
    summary: redact(summary),
    filesChanged: filesChanged.map(redact),
    branch: branch && redact(branch),
    suggestedCommitMessage: suggestedCommitMessage && redact(suggestedCommitMessage),
    proof: { ...proof, not_run: proof.not_run?.map(redact), tests_weakened: proof.tests_weakened?.map(redact) },
  };
};
