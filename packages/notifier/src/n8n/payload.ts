// From an event to what n8n receives: pure, so that a repeated delivery is the same message again.
import { type ConfirmationRequest, type Event, type LoggedEvent, type Redact, redactValue } from '@tars/core';
import type { Delivery } from '../channel.js';
import { after } from '../past.js';
import { digestOf } from './digest.js';
import { discordMessage } from './discord.js';
import { type Kind, kindOf } from './kind.js';
import { type Words, wordsOf } from './words.js';

export type PayloadSettings = {
  /** Takes every secret out of what is sent. */
  redact: Redact;
  hideCommandOutput: boolean;
  /** The Discord user to ping when a person is waited for. */
  mentionUser: string | null;
};

/** `id` is the same for every try of the same message. */
export type Message = { id: string; body: Record<string, unknown> };

/** Ids, times and fixed words: no secret fits in, and a receiver must find them unharmed. */
const STRUCTURE: ReadonlySet<string> = new Set(['phase', 'outcome', 'confirmation_id', 'expires_at', 'cost_usd']);
const WAITS_FOR_A_PERSON: ReadonlySet<string> = new Set(['confirmation_request', 'confirmation_reminder', 'question']);

/** What is sent for one event, in order: mostly one message, none where the reader asked for less, two where a phase ends with the task. */
export function messagesOf(delivery: Delivery, settings: PayloadSettings): Message[] {
  const { earlier = [], logged } = delivery;
  if (earlier.length > 0) return digestMessage(earlier, delivery, settings);
  const kind = kindOf(delivery);
  if (kind === null) return [];
  const { event } = logged;
  const told: Event = settings.hideCommandOutput && event.type === 'command.finished' ? { ...event, output: '' } : event;
  return wordsOf(told, delivery).map((words) => messageOf(words, kind, delivery, settings));
}

function digestMessage(earlier: readonly LoggedEvent[], delivery: Delivery, settings: PayloadSettings): Message[] {
  const { text, past } = digestOf(delivery, earlier, settings.redact);
  if (text === '') return [];
  const { phase } = after(past, delivery.logged.event);
  return [messageOf({ text }, { type: 'progress', fields: { phase } }, { ...delivery, past }, settings)];
}

function messageOf({ text, phase }: Words, kind: Kind, { logged, task, past }: Delivery, settings: PayloadSettings): Message {
  const { redact, mentionUser } = settings;
  const { taskId, seq, event } = logged;
  const { type, fields } = phase === undefined ? kind : { type: 'phase_complete', fields: { phase } };
  const message = redact(text);
  const asked = event.type === 'confirmation.requested' ? withoutSecrets(event.confirmation, redact) : null;
  const beside = phase !== undefined && event.type !== 'phase.entered';
  return {
    id: beside ? `${taskId}:${seq}:n8n:phase` : `${taskId}:${seq}:n8n`,
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
      discord: discordMessage(message, asked, WAITS_FOR_A_PERSON.has(type) ? mentionUser : null),
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
