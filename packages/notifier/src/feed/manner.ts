// When progress is told: which events may be told together, how many at once, and how long they rest before.
import type { Event } from '@tars/core';
import type { Channel } from '../channel.js';
import type { Budget } from '../discord/budget.js';
import { isQuiet } from './card.js';
import { JOINED } from './digest.js';
import type { PayloadSettings } from './payload.js';

/** A card that changes more often than this cannot be read. */
const CHANGE_MS = 3_000;
/** A page of the log. */
const MOST_OF_A_CARD = 100;
/** Lines of 160 characters that fit into one message. */
const MOST_OF_A_MESSAGE = 12;
const KEPT_TASKS = 500;

export type Manner = Pick<Channel, 'joins' | 'gathers'> & {
  /** Something of the task was shown just now. */
  shown(taskId: string): void;
};

/** With a budget, what is quiet keeps to it; n8n gets messages as they come, since it has a queue of its own. */
export function createManner(style: PayloadSettings['style'], budget: Budget | null, clock: () => number): Manner {
  const lastShown = new Map<string, number>();
  const shown = (taskId: string) => {
    lastShown.delete(taskId);
    lastShown.set(taskId, clock());
    const [oldest] = lastShown.keys();
    if (lastShown.size > KEPT_TASKS && oldest !== undefined) lastShown.delete(oldest);
  };
  const budgetMs = () => budget?.waitMs('quiet') ?? 0;
  if (style === 'card') {
    const restMs = (taskId: string) => Math.max(0, (lastShown.get(taskId) ?? 0) + CHANGE_MS - clock(), budgetMs());
    return { joins: ({ type }: Event) => isQuiet(type), gathers: { most: MOST_OF_A_CARD, takesAlong: true, restMs }, shown };
  }
  const joins = ({ type }: Event) => JOINED.has(type);
  if (budget === null) return { joins, shown };
  return { joins, gathers: { most: MOST_OF_A_MESSAGE, takesAlong: false, restMs: budgetMs }, shown };
}
