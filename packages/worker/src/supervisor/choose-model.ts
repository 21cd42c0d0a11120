// Which model to use from now on: the configured one, or the first fallback that the service still has.
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';

const ANSWER_MS = 3_000;
const DEFAULT_BASE_URL = 'https://api.anthropic.com';

/** Asks the service about each candidate in turn. Where it does not answer soon, the configured model stays: a start must not wait for it. */
export async function chooseModel(config: Config, logger: Logger): Promise<string> {
  if (config.anthropicApiKey === null) return config.claudeModel;
  for (const model of [config.claudeModel, ...config.claudeModelFallbacks]) {
    const known = await lookUp(model, config.anthropicBaseUrl ?? DEFAULT_BASE_URL, config.anthropicApiKey);
    if (known === 'unanswered') return config.claudeModel;
    if (known === 'usable') {
      if (model !== config.claudeModel)
        logger.warn('the configured model is not available any more', { configured: config.claudeModel, used: model });
      return model;
    }
  }
  logger.error('Claude knows none of the configured models', { configured: [config.claudeModel, ...config.claudeModelFallbacks] });
  return config.claudeModel;
}

async function lookUp(model: string, baseUrl: string, apiKey: string): Promise<'usable' | 'gone' | 'unanswered'> {
  try {
    const response = await fetch(new URL(`/v1/models/${encodeURIComponent(model)}`, baseUrl), {
      headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.status === 404) return 'gone';
    if (!response.ok) return 'unanswered';
    const { lifecycle } = (await response.json()) as { lifecycle?: unknown };
    return lifecycle === 'retired' ? 'gone' : 'usable';
  } catch {
    return 'unanswered';
  }
}
