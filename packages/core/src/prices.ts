// What a reply costs, in whole micro-dollars. Explicit rows with a date, because newer models follow no common multiplier.
import * as v from 'valibot';
import type { Usage } from './event.js';

/** Dollars per million tokens, which are also micro-dollars per token. */
export type Price = { [Kind in keyof Usage]: number };

/** `model`: the id without the date of a release. `asOf`: the day on which somebody looked the price up. */
export type PriceRow = { model: string; asOf: string; price: Price };

/** A model of which not every price is known has no row: its cost is unknown. */
export const PRICES: readonly PriceRow[] = [
  row('claude-sonnet-4-5', '2026-11-22', { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 }),
  row('claude-sonnet-4-6', '2026-11-22', { input: 3, output: 15, cacheRead: 0.3, cacheWrite5m: 3.75, cacheWrite1h: 6 }),
  row('claude-sonnet-5-5', '2026-11-22', { input: 2, output: 10, cacheRead: 0.2, cacheWrite5m: 2.5, cacheWrite1h: 4 }),
  row('claude-haiku-4-5', '2026-11-22', { input: 1, output: 5, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2 }),
];

function row(model: string, asOf: string, price: Price): PriceRow {
  return { model, asOf, price };
}

/** The row that counts for a model; `own` comes before what is known. Null: its cost is unknown, which is never shown as free. */
export function priceOf(model: string, own: readonly PriceRow[] = []): PriceRow | null {
  const family = model.replace(/-\d{8}$/, '');
  return [...own, ...PRICES].find((known) => known.model === model || known.model === family) ?? null;
}

/** Micro-dollars, or null for a model without a known price. */
export function costMicros(model: string, usage: Usage, own: readonly PriceRow[] = []): number | null {
  const price = priceOf(model, own)?.price;
  if (price === undefined) return null;
  const kinds = Object.keys(price) as (keyof Usage)[];
  // A millionth of a micro-dollar is counted exactly, so that no order of adding makes a difference.
  return Math.round(kinds.reduce((sum, kind) => sum + Math.round(price[kind] * FINE) * usage[kind], 0) / FINE);
}

const FINE = 1_000_000;

const NATURE = 'a number of dollars per million tokens, from 0 to 10000';
const amount = v.pipe(v.number(NATURE), v.minValue(0, NATURE), v.maxValue(10_000, NATURE));
const KINDS = v.strictObject({ input: amount, output: amount, cache_read: amount, cache_write_5m: amount, cache_write_1h: amount });
const Given = v.pipe(
  v.custom<object>((value) => !Array.isArray(value)),
  v.record(v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/, 'the name of a model')), KINDS),
);

/** The operator's own rows, as a setting's text; who writes them answers for their date. */
export const ownPrices = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): PriceRow[] => {
    const json = v.safeParse(v.pipe(v.string(), v.parseJson()), dataset.value);
    const given = json.success ? v.safeParse(Given, json.output) : json;
    if (!given.success) {
      const [issue] = given.issues;
      const place = v.getDotPath(issue);
      addIssue({
        message: `is no table of prices: ${place === null ? 'it is not a JSON object' : `${place} must be ${expected(issue)}`}`,
      });
      return NEVER;
    }
    return Object.entries(given.output as v.InferOutput<typeof Given>).map(([model, price]) =>
      row(model, OWN, {
        input: price.input,
        output: price.output,
        cacheRead: price.cache_read,
        cacheWrite5m: price.cache_write_5m,
        cacheWrite1h: price.cache_write_1h,
      }),
    );
  }),
);

/** All five must be given: one that is left out would count as free. */
const expected = ({ type, message }: v.BaseIssue<unknown>): string =>
  type === 'strict_object' ? `one of ${Object.keys(KINDS.entries).join(', ')}, all of which are needed` : message;

/** What stands in place of a date for prices that the operator gave. */
export const OWN = 'MODEL_PRICES_JSON';
