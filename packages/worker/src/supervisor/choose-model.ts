// Which model to use from now on: the configured one, or the first fallback that the service still has.
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import * as v from 'valibot';

const ANSWER_MS = 3_000;
const DEFAULT_BASE_URL = 'https://api.anthropic.com';

const Body = v.object({ lifecycle: v.optional(v.string()), error: v.optional(v.object({ type: v.string() })) });

/** Asks the service about each candidate in turn. Where it does not answer soon, the configured model stays: a start must not wait for it. */
export async function chooseModel(
  config: Pick<Config, 'anthropicApiKey' | 'anthropicBaseUrl' | 'claudeModel' | 'claudeModelFallbacks'>,
  logger: Pick<Logger, 'warn' | 'error'>,
): Promise<string> {
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
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v1/models/${encodeURIComponent(model)}`, {
      headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = v.parse(Body, await response.json());
    // A gateway that does not serve this route answers 404 too, but not in these words.
    if (response.status === 404) return body.error?.type === 'not_found_error' ? 'gone' : 'unanswered';
    if (!response.ok) return 'unanswered';
    return body.lifecycle === 'retired' ? 'gone' : 'usable';
  } catch {
    return 'unanswered';
  }
}
