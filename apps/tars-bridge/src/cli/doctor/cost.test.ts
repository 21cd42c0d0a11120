import { expect, test } from '@jest/globals';
import { createTaskStore, keys } from '@tars/core/redis';
import { useHost } from '../../testing/use-host.js';
import { checkCost } from './cost.js';

const host = useHost();
const SETTINGS = { claudeModel: 'claude-sonnet-4-5', claudeModelFallbacks: [], modelPrices: null, maxDailyCostMicros: 20_000_000 };
const NOON = Date.parse('2026-03-01T12:00:00.000Z');

test('the day of a price is told, and what today has cost of what it may', async () => {
  expect(await checkCost(SETTINGS, null, NOON)).toEqual({
    check: 'cost',
    level: 'ok',
    message: 'Prices: claude-sonnet-4-5 as of 2026-11-22.',
    fix: null,
  });
  const { redis } = host();
  await redis.hSet(keys.spending('2026-03-01'), 'micros', 21_500_000);
  await createTaskStore(redis).letPass('2026-03-01');
  expect((await checkCost(SETTINGS, redis, NOON)).message).toContain('Today (UTC) has cost $21.50 of $41.50.');
});

test('a model without a price is told, and what makes it known', async () => {
  const unknown = await checkCost({ ...SETTINGS, claudeModelFallbacks: ['claude-opus-5-5'] }, null, NOON);
  expect(unknown).toMatchObject({
    level: 'note',
    message: expect.stringContaining('claude-opus-5-5'),
    fix: expect.stringContaining('MODEL_PRICES_JSON'),
  });
  const price = { input: 1, output: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1 };
  const own = await checkCost({ ...SETTINGS, modelPrices: [{ model: 'claude-sonnet-4-5', asOf: 'MODEL_PRICES_JSON', price }] }, null, NOON);
  expect(own.message).toBe('Prices: claude-sonnet-4-5 by MODEL_PRICES_JSON.');
});
