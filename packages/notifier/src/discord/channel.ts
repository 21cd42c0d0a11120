// Updates straight to a Discord channel by its webhook, without n8n: posted, changed in place, and never more often than Discord allows.
import type { Logger } from '@tars/core/log';
import { isConnectionLoss, type Redis } from '@tars/core/redis';
import type { Channel, Outcome } from '../channel.js';
import type { Card } from '../feed/card.js';
import { createManner } from '../feed/manner.js';
import { type Message, messagesOf, type PayloadSettings } from '../feed/payload.js';
import { throughOutage } from '../outage.js';
import { createBudget, type Urgency } from './budget.js';
import type { DiscordMessage } from './message.js';
import { cardPlace, cardText, createPosted, type Posted } from './posted.js';
import { createWebhook, type Place, type Sent } from './webhook.js';

export type DiscordOptions = PayloadSettings & {
  /** Null: nothing is posted. */
  url: string | null;
  /** Remembers which message is whose. */
  redis: Redis;
  logger: Logger;
  clock?: () => number;
  timeoutMs?: number;
};

/** What may wait for a quieter moment. */
const QUIET: ReadonlySet<unknown> = new Set(['progress', 'phase_complete']);
const DELIVERED: Outcome = { kind: 'delivered' };

type Telling = { taskId: string; message: Message; urgency: Urgency; signal: AbortSignal };

export function createDiscordChannel(options: DiscordOptions): Channel {
  const { url, redis, logger, clock = Date.now, timeoutMs = 10_000, ...settings } = options;
  if (url === null) return { name: 'discord', deliver: async () => ({ kind: 'skipped' }) };

  const budget = createBudget(clock);
  const webhook = createWebhook({ url, budget, logger, clock, timeoutMs });
  const posted = createPosted(redis);
  const { shown, ...manner } = createManner(settings.style, budget, clock);
  /** Learnt from Discord's answers. */
  let isForum = false;

  /** What was sent must be noted, or it would be sent again. */
  const note = (taskId: string, fields: Posted, signal: AbortSignal) =>
    throughOutage(
      () => posted.note(taskId, fields),
      () => !signal.aborted,
    );

  /** Into the task's thread, which its first message opens in a forum. */
  const post = async (body: DiscordMessage, { taskId, message, urgency, signal }: Telling): Promise<Sent> => {
    const { thread } = await posted.read(taskId);
    const place = (): Place =>
      thread === undefined ? { threadName: isForum ? message.body.thread_name : undefined } : { threadId: thread };
    let sent = await webhook.post(body, place(), urgency, signal);
    if (sent.kind === 'forum' || sent.kind === 'no_forum') {
      isForum = sent.kind === 'forum';
      sent = await webhook.post(body, place(), urgency, signal);
    }
    if (sent.kind === 'gone' && thread !== undefined) {
      await posted.forget(taskId, ['thread']);
      return { kind: 'later', afterMs: 0 };
    }
    if (sent.kind === 'sent' && isForum && thread === undefined) await note(taskId, { thread: sent.channelId }, signal);
    return sent;
  };

  const showCard = async ({ key, version, message: body }: Card, telling: Telling): Promise<Sent | null> => {
    const { taskId, urgency, signal } = telling;
    const known = await posted.read(taskId);
    const place = cardPlace(known[`card:${key}`]);
    if (place !== null && place.version >= version) return null;
    const edited = place === null ? null : await webhook.edit(place.messageId, body, { threadId: known.thread }, urgency, signal);
    // Somebody deleted it.
    const sent = edited === null || edited.kind === 'gone' ? await post(body, telling) : edited;
    if (sent.kind !== 'sent') return sent;
    await note(taskId, { [`card:${key}`]: cardText({ messageId: sent.messageId, version }) }, signal);
    return null;
  };

  const postOnce = async (telling: Telling): Promise<Sent | null> => {
    const { taskId, message, signal } = telling;
    const { id, body } = message;
    if ((await posted.read(taskId)).last === id) return null;
    const sent = await post(body.discord, telling);
    if (sent.kind !== 'sent') return sent;
    const asks = body.type === 'confirmation_request' ? { [`ask:${String(body.confirmation_id)}`]: sent.messageId } : {};
    await note(taskId, { last: id, ...asks }, signal);
    return null;
  };

  /** Nobody should press what answers nothing any more. A message that cannot be changed only looks old. */
  const takeButtonsAway = async (confirmationId: string, { taskId, signal }: Telling): Promise<Sent | null> => {
    const known = await posted.read(taskId);
    const messageId = known[`ask:${confirmationId}`];
    if (messageId === undefined) return null;
    const sent = await webhook.edit(messageId, { components: [] }, { threadId: known.thread }, 'urgent', signal);
    if (sent.kind === 'later') return sent;
    await posted.forget(taskId, [`ask:${confirmationId}`]);
    return null;
  };

  const tell = async (telling: Telling, answered: string | null): Promise<Outcome> => {
    const { card } = telling.message.body;
    const steps = [
      () => (card === undefined || card.notify ? postOnce(telling) : null),
      () => (card === undefined ? null : showCard(card, telling)),
      () => (answered === null || settings.buttons !== true ? null : takeButtonsAway(answered, telling)),
    ];
    for (const step of steps) {
      const failed = await step();
      if (failed !== null) return outcomeOf(failed);
    }
    shown(telling.taskId);
    return DELIVERED;
  };

  return {
    name: 'discord',
    ...manner,
    async deliver(delivery, signal) {
      const { taskId, event } = delivery.logged;
      const answered = event.type === 'confirmation.answered' ? event.confirmationId : null;
      const messages = messagesOf(delivery, settings, 'discord');
      try {
        for (const message of messages) {
          const urgency = QUIET.has(message.body.type) ? 'quiet' : 'urgent';
          const outcome = await tell({ taskId, message, urgency, signal }, answered);
          if (outcome.kind !== 'delivered') return outcome;
        }
      } catch (error) {
        if (isConnectionLoss(error)) return { kind: 'later' };
        throw error;
      }
      return messages.length === 0 ? { kind: 'skipped' } : DELIVERED;
    },
  };
}

/** What is gone or no longer what it was a moment ago is tried anew. */
const outcomeOf = (sent: Sent): Outcome => (sent.kind === 'refused' || sent.kind === 'later' ? sent : { kind: 'later' });
