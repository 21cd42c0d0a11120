// Is it known what the model costs, of which day is that price, and what has today cost so far?
import { dayOf, dollars, OWN, priceOf } from '@tars/core';
import type { Config } from '@tars/core/env';
import { createTaskStore, type Redis } from '@tars/core/redis';
import { about, type Finding } from './finding.js';

const { ok, note } = about('cost');

type CostSettings = Pick<Config, 'claudeModel' | 'claudeModelFallbacks' | 'modelPrices' | 'maxDailyCostMicros'>;

/** `redis`: null where it does not answer. */
export async function checkCost(settings: CostSettings, redis: Redis | null, now: number): Promise<Finding> {
  const { claudeModel, claudeModelFallbacks, modelPrices, maxDailyCostMicros } = settings;
  const rows = [claudeModel, ...claudeModelFallbacks].map((model) => ({ model, row: priceOf(model, modelPrices ?? []) }));
  const unknown = rows.filter(({ row }) => row === null).map(({ model }) => model);
  if (unknown.length > 0) {
    return note(
      `The price of ${unknown.join(', ')} is not known: such a task's cost is unknown, and no limit of cost holds it.`,
      'Set MODEL_PRICES_JSON where the worker runs (its form is in .env.example).',
    );
  }
  const prices = rows.map(({ model, row }) => `${model} ${row?.asOf === OWN ? `by ${OWN}` : `as of ${row?.asOf}`}`);
  return ok(`Prices: ${prices.join(', ')}.${await today(redis, maxDailyCostMicros, now)}`);
}

async function today(redis: Redis | null, limitMicros: number | null, now: number): Promise<string> {
  const spent =
    redis === null
      ? null
      : await createTaskStore(redis)
          .spending(dayOf(now))
          .catch(() => null);
  if (spent === null) return '';
  const limit = limitMicros === null ? '' : ` of ${dollars(spent.passed + limitMicros)}`;
  return ` Today (UTC) has cost ${dollars(spent.micros)}${limit}.`;
}
