// Which model to use from now on: the configured one, or the first fallback that the service still has; and how much it takes in.
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import * as v from 'valibot';

const ANSWER_MS = 3_000;
const DEFAULT_BASE_URL = 'https://api.anthropic.com';
/** What every current model takes in. */
const SAFE_TOKENS = 200_000;

const Body = v.object({
  lifecycle: v.optional(v.string()),
  retires_at: v.optional(v.nullable(v.string())),
  max_input_tokens: v.optional(v.nullable(v.number())),
  error: v.optional(v.object({ type: v.string() })),
});

export type ChosenModel = {
  model: string;
  /** The size of its window. */
  contextTokens: number;
};

/** Asks the service about each candidate in turn. Where it does not answer soon, the configured model stays: a start must not wait for it. */
export async function chooseModel(
  config: Pick<Config, 'anthropicApiKey' | 'anthropicBaseUrl' | 'claudeModel' | 'claudeModelFallbacks' | 'claudeContextTokens'>,
  logger: Pick<Logger, 'warn' | 'error'>,
): Promise<ChosenModel> {
  const chosen = (model: string, told: number | null = null): ChosenModel => ({
    model,
    contextTokens: config.claudeContextTokens ?? told ?? SAFE_TOKENS,
  });
  if (config.anthropicApiKey === null) return chosen(config.claudeModel);
  for (const model of [config.claudeModel, ...config.claudeModelFallbacks]) {
    const known = await lookUp(model, config.anthropicBaseUrl ?? DEFAULT_BASE_URL, config.anthropicApiKey);
    if (known === 'unanswered') return chosen(config.claudeModel);
    if (known === 'gone') continue;
    if (model !== config.claudeModel)
      logger.warn('the configured model is not available any more', { configured: config.claudeModel, used: model });
    if (known.lifecycle === 'deprecated') logger.warn('the model will be retired', { model, retires_at: known.retires_at ?? null });
    return chosen(model, known.max_input_tokens);
  }
  logger.error('Claude knows none of the configured models', { configured: [config.claudeModel, ...config.claudeModelFallbacks] });
  return chosen(config.claudeModel);
}

async function lookUp(model: string, baseUrl: string, apiKey: string): Promise<v.InferOutput<typeof Body> | 'gone' | 'unanswered'> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/v1/models/${encodeURIComponent(model)}`, {
      headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = v.parse(Body, await response.json());
    // A gateway that does not serve this route answers 404 too, but not in these words.
    if (response.status === 404) return body.error?.type === 'not_found_error' ? 'gone' : 'unanswered';
    if (!response.ok) return 'unanswered';
    return body.lifecycle === 'retired' ? 'gone' : body;
  } catch {
    return 'unanswered';
  }
}
