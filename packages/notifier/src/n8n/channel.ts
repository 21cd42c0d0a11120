// Updates by HTTP to the n8n workflow that passes them on to Discord.
import type { IncomingMessage } from 'node:http';
import type { Logger } from '@tars/core/log';
import type { Channel, Outcome } from '../channel.js';
import { createBudget } from '../discord/budget.js';
import { createManner } from '../feed/manner.js';
import { type Message, messagesOf, type PayloadSettings } from '../feed/payload.js';
import { retryAfterMs } from '../retry-after.js';
import { sendToN8n } from './send.js';

export type N8nOptions = PayloadSettings & {
  /** Null: nobody is told anything. */
  url: string | null;
  /** Signs every message. */
  secret: string | null;
  /** Sent as the bearer token. */
  token: string | null;
  logger: Logger;
  clock?: () => number;
  timeoutMs?: number;
};

export function createN8nChannel({ url, secret, token, logger, clock = Date.now, timeoutMs = 10_000, ...settings }: N8nOptions): Channel {
  if (url === null) return { name: 'n8n', deliver: async () => ({ kind: 'skipped' }) };

  const post = async ({ id, body }: Message, signal: AbortSignal): Promise<Outcome> => {
    const said = { task_id: body.task_id, seq: body.sequence };
    try {
      const message = { id, body, now: clock() };
      const answer = await sendToN8n({ url, secret, token }, message, { signal, timeoutMs }, async (begun) => begun);
      const outcome = outcomeOf(answer, clock());
      if (outcome.kind === 'later') logger.warn('n8n does not take updates right now', { ...said, status: answer.statusCode });
      return outcome;
    } catch (error) {
      if (!signal.aborted) logger.warn('n8n cannot be reached; the update waits', { ...said, error });
      return { kind: 'later' };
    }
  };

  // What changes a card is as much as Discord takes behind n8n, however many tasks there are.
  const budget = settings.style === 'card' ? createBudget(clock) : null;
  const { shown, ...manner } = createManner(settings.style, budget, clock);
  return {
    name: 'n8n',
    ...manner,
    async deliver(delivery, signal) {
      const messages = messagesOf(delivery, settings);
      for (const message of messages) {
        const outcome = await post(message, signal);
        if (outcome.kind !== 'delivered') return outcome;
        shown(delivery.logged.taskId);
        budget?.spend();
        if (message.body.card?.notify) budget?.spend();
      }
      return { kind: messages.length === 0 ? 'skipped' : 'delivered' };
    },
  };
}

function outcomeOf({ statusCode: status = 0, headers }: IncomingMessage, now: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'refused', status };
  const afterMs = retryAfterMs(headers['retry-after'] ?? null, now);
  return afterMs === undefined ? { kind: 'later' } : { kind: 'later', afterMs };
}
