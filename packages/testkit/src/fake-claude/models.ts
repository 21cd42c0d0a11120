// The models the service says there are, with their place in life.
import { ApiError } from './api-error.js';
import type { Model } from './scenario.js';

const DEFAULT: readonly Model[] = ['claude-sonnet-5-5', 'claude-sonnet-4-5'].map((id) => ({
  id,
  lifecycle: 'active',
  retires_at: null,
  max_input_tokens: 200_000,
}));

export type Models = {
  list(lifecycles: readonly string[]): unknown;
  /** Throws an `ApiError` 404 for a model there is not. */
  retrieve(id: string): unknown;
  /** Throws an `ApiError` 404 for a model that cannot be asked: unknown, or retired. */
  requireAnswering(id: string): void;
};

/** Without a list every name is answered. */
export function createModels(listed: readonly Model[] | undefined): Models {
  const models = listed ?? DEFAULT;
  const find = (id: string): Model => {
    const model = models.find((known) => known.id === id);
    if (model !== undefined) return model;
    if (listed === undefined) return { id, lifecycle: 'active', retires_at: null, max_input_tokens: 200_000 };
    throw new ApiError(404, `model: ${id}`);
  };
  return {
    list(lifecycles) {
      const wanted = lifecycles.length === 0 ? ['active', 'deprecated'] : lifecycles;
      const data = models.filter(({ lifecycle }) => wanted.includes(lifecycle)).map(infoOf);
      return { data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: false };
    },
    retrieve: (id) => infoOf(find(id)),
    requireAnswering(id) {
      if (find(id).lifecycle === 'retired') throw new ApiError(404, `model: ${id}`);
    },
  };
}

function infoOf({ id, lifecycle, retires_at, max_input_tokens }: Model) {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-09-29T00:00:00Z',
    deprecated_at: null,
    lifecycle,
    retires_at,
    line: /haiku|sonnet|opus/.exec(id)?.[0] ?? null,
    max_input_tokens,
    max_tokens: 64_000,
    capabilities: null,
  };
}
