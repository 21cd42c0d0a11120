import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { costMicros, ownPrices, PRICES, priceOf } from './prices.js';

test.each([
  ['claude-sonnet-4-5', 3, 15, 0.3, 3.75, 6],
  ['claude-sonnet-4-5-20250929', 3, 15, 0.3, 3.75, 6],
  ['claude-sonnet-4-6', 3, 15, 0.3, 3.75, 6],
  ['claude-sonnet-5-5', 2, 10, 0.2, 2.5, 4],
  ['claude-haiku-4-5', 1, 5, 0.1, 1.25, 2],
])('a million tokens of each kind cost on %s what its price list says', (model, input, output, cacheRead, cacheWrite5m, cacheWrite1h) => {
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  for (const [kind, dollars] of Object.entries({ input, output, cacheRead, cacheWrite5m, cacheWrite1h })) {
    expect(costMicros(model, { ...none, [kind]: 1_000_000 })).toBe(Math.round(dollars * 1_000_000));
  }
});

test('a reply costs the sum of its kinds, in whole micro-dollars', () => {
  const usage = { input: 100, output: 1_000, cacheRead: 50_001, cacheWrite5m: 2_000, cacheWrite1h: 10 };
  expect(costMicros('claude-sonnet-4-5', usage)).toBe(300 + 15_000 + 15_000 + 7_500 + 60);
});

test.each(['claude-opus-9', 'claude-sonnet-4-5-turbo', 'x-claude-sonnet-4-5'])(
  'what %s costs is not known, which is not nothing',
  (model) => {
    expect(costMicros(model, { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 })).toBeNull();
  },
);

test('every price says on which day it was looked up, and a model with a price left out has none', () => {
  expect(PRICES.map(({ asOf }) => asOf)).toEqual(PRICES.map(() => expect.stringMatching(/^\d{4}-\d\d-\d\d$/)));
  // What writing to its cache costs is not published.
  expect(priceOf('claude-opus-5-5')).toBeNull();
});

const ROW = { input: 4, output: 20, cache_read: 0.4, cache_write_5m: 5, cache_write_1h: 8 };
const read = (value: unknown) => v.safeParse(ownPrices, typeof value === 'string' ? value : JSON.stringify(value));

test('prices of the operator come before the known ones, dated releases included', () => {
  const { output: own, success } = read({ 'claude-opus-5-5': ROW, 'claude-sonnet-4-5': { ...ROW, input: 1 } });
  expect(success).toBe(true);
  const usage = { input: 1_000, output: 1, cacheRead: 10, cacheWrite5m: 1, cacheWrite1h: 1 };
  const rows = own as never;
  expect(costMicros('claude-opus-5-5-20261001', usage, rows)).toBe(4_000 + 20 + 4 + 5 + 8);
  expect(costMicros('claude-sonnet-4-5', { ...usage, output: 0 }, rows)).toBe(1_000 + 4 + 5 + 8);
  expect(priceOf('claude-sonnet-4-5', rows)?.asOf).toBe('MODEL_PRICES_JSON');
  expect(priceOf('claude-haiku-4-5', rows)?.asOf).toBe('2026-11-22');
});

test.each([
  ['not json', 'it is not a JSON object'],
  [[], 'it is not a JSON object'],
  [{ m: { ...ROW, input: '4' } }, 'm.input must be a number of dollars per million tokens'],
  [{ m: { ...ROW, output: -1 } }, 'm.output must be a number of dollars per million tokens'],
  [
    { m: { ...ROW, output: undefined } },
    'm.output must be one of input, output, cache_read, cache_write_5m, cache_write_1h, all of which are needed',
  ],
  [{ m: { ...ROW, outputs: 1 } }, 'm.outputs must be one of input, output'],
  [{ 'my model': ROW }, 'my model must be the name of a model'],
])('a table of prices that is none says where: %j', (value, problem) => {
  expect(read(value).issues?.map(({ message }) => message)).toEqual([expect.stringContaining(`is no table of prices: ${problem}`)]);
});
