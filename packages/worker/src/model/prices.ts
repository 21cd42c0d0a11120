// What a reply costs. Explicit rows, because newer models follow no common multiplier. Prices as of 2026-11-22.
import type { Usage } from '@tars/core';

/** Dollars per million tokens, which are also micro-dollars per token. */
type Price = { [Kind in keyof Usage]: number };

const PRICES: readonly { model: RegExp; price: Price }[] = [
  { model: /^claude-sonnet-4-[56](-\d{8})?$/, price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 } },
  { model: /^claude-sonnet-5-5(-\d{8})?$/, price: { input: 2, output: 10, cacheRead: 0.2, cacheWrite5m: 2.5, cacheWrite1h: 4 } },
  { model: /^claude-haiku-4-5(-\d{8})?$/, price: { input: 1, output: 5, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 } },
];

/** Micro-dollars, or null for a model without a known price: unknown is never shown as free. */
export function costMicros(model: string, usage: Usage): number | null {
  const price = PRICES.find((row) => row.model.test(model))?.price;
  if (price === undefined) return null;
  const kinds = Object.keys(price) as (keyof Usage)[];
  return Math.round(kinds.reduce((sum, kind) => sum + price[kind] * usage[kind], 0));
}
