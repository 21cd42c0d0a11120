// Does Claude take the key, and does it have the model?
import type { Config } from '@tars/core/env';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 3_000;
export const DEFAULT_BASE_URL = 'https://api.anthropic.com';

const { ok, note, problem } = about('claude');

type ModelSettings = Pick<Config, 'anthropicApiKey' | 'anthropicBaseUrl' | 'claudeModel' | 'claudeModelFallbacks'>;

/** `isWorkerProvided`: a living worker says that it has a key. */
export async function checkModel(settings: ModelSettings, isWorkerProvided: boolean): Promise<Finding> {
  const { anthropicApiKey: key, anthropicBaseUrl, claudeModel, claudeModelFallbacks } = settings;
  if (key === null) {
    return isWorkerProvided
      ? ok('The running worker has a key; there is none here to try.')
      : problem(
          'There is no key for Claude: tasks would wait.',
          'Set ANTHROPIC_API_KEY where the worker runs, in the environment or in .env.',
        );
  }
  const base = anthropicBaseUrl ?? DEFAULT_BASE_URL;
  const ask = (path: string) =>
    fetch(new URL(path, base), {
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  try {
    const { ok: isTaken, status } = await ask('/v1/models');
    if (status === 401 || status === 403) {
      return problem(`Claude refuses the key (${status}).`, 'Make a new one in the Claude Console and set ANTHROPIC_API_KEY to it.');
    }
    if (!isTaken) return problem(`Claude answers ${status} at ${base}.`, 'Try again later; correct ANTHROPIC_BASE_URL if it is set.');
    for (const model of [claudeModel, ...claudeModelFallbacks]) {
      if (!(await isUsable(await ask(`/v1/models/${encodeURIComponent(model)}`)))) continue;
      return model === claudeModel
        ? ok(`Claude takes the key; the model is ${model}.`)
        : note(`Claude no longer has ${claudeModel}; a worker that starts now uses ${model}.`, `Set CLAUDE_MODEL=${model}.`);
    }
    return problem(
      `Claude takes the key, but has none of the models ${[claudeModel, ...claudeModelFallbacks].join(', ')}.`,
      'Set CLAUDE_MODEL to a model that is offered.',
    );
  } catch (error) {
    return problem(
      `Claude cannot be reached at ${base} (${whyNot(error)}).`,
      'Check the network of this machine, and ANTHROPIC_BASE_URL if it is set.',
    );
  }
}

async function isUsable(response: Response): Promise<boolean> {
  if (!response.ok) return false;
  const model: unknown = await response.json();
  return !(typeof model === 'object' && model !== null && 'lifecycle' in model && model.lifecycle === 'retired');
}
