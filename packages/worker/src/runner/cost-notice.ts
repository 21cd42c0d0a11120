// The owner hears when a task has used most of the money it may use, and when nobody can tell what it uses.
import { costCap, dollars, type Event, type PriceRow, priceOf, type Task } from '@tars/core';

const SHARE = 0.8;

/** The notice when this reply crosses the mark; nothing before and after, or where the price is not known. */
export function costNotice(task: Task, replyMicros: number | null, at: number): Event[] {
  const { id, costMicros: before } = task;
  const cap = costCap(task);
  const mark = cap * SHARE;
  if (before === null || replyMicros === null || before >= mark || before + replyMicros < mark) return [];
  const text = `Task #${id} has used ${dollars(before + replyMicros)} of the ${dollars(cap)} it may cost.`;
  return [{ type: 'notice.given', at, notice: 'cost', text }];
}

/** Told as the task begins, with its first phase and so once: nothing caps a cost that nobody knows. */
export function unknownCostNotice({ id, model }: Task, prices: readonly PriceRow[], at: number): Event[] {
  if (model === null || priceOf(model, prices) !== null) return [];
  const text = `Task #${id} works with ${model}, whose price is not known: its cost is unknown, and no limit of cost holds it. MODEL_PRICES_JSON makes it known.`;
  return [{ type: 'notice.given', at, notice: 'cost_unknown', text }];
}
