// What kind of trouble a model request met: worth another try, or for a person to mend.
import Anthropic from '@anthropic-ai/sdk';

export type ModelFailure =
  /** The service or the way to it: the same request may succeed later. */
  | { kind: 'again'; afterMs: number | null; what: string }
  /** The request itself: nothing but a person helps. `reason` is the task's machine word. */
  | { kind: 'fatal'; reason: string; message: string };

/** The reply broke off: nothing of it may be acted on. */
export class BrokenReplyError extends Error {
  readonly code = 'broken_reply';
}

const FATAL: readonly { status: number; reason: string; message: (model: string) => string }[] = [
  { status: 401, reason: 'bad_api_key', message: () => 'Claude refused the API key. Set a valid ANTHROPIC_API_KEY where the worker runs.' },
  { status: 402, reason: 'no_credit', message: () => 'Claude refused the request for lack of credit. Check the billing of the API key.' },
  { status: 403, reason: 'not_allowed', message: (model) => `The API key may not use ${model}. Choose another CLAUDE_MODEL or key.` },
  {
    status: 404,
    reason: 'unknown_model',
    message: (model) => `Claude does not know the model ${model} (any more). Set CLAUDE_MODEL to a current one.`,
  },
  { status: 413, reason: 'context_too_large', message: () => 'The conversation has grown beyond what the model takes in one request.' },
];

export function failureOf(error: unknown, model: string): ModelFailure {
  if (error instanceof BrokenReplyError) return { kind: 'again', afterMs: null, what: error.message };
  if (error instanceof Anthropic.APIConnectionError) return { kind: 'again', afterMs: null, what: 'no connection' };
  if (!(error instanceof Anthropic.APIError))
    return { kind: 'again', afterMs: null, what: error instanceof Error ? error.message : String(error) };
  const { status } = error;
  // An error event inside a stream carries no status.
  if (status === undefined || status === 408 || status === 409 || status === 429 || status >= 500) {
    return {
      kind: 'again',
      afterMs: retryAfter(error.headers),
      what: status === undefined ? 'an error inside the reply' : `status ${status}`,
    };
  }
  const known = FATAL.find((row) => row.status === status);
  return known === undefined
    ? { kind: 'fatal', reason: 'model_rejected', message: `Claude rejected the request (status ${status}): ${error.message.slice(0, 300)}` }
    : { kind: 'fatal', reason: known.reason, message: known.message(model) };
}

/** Milliseconds, seconds or a date, in this order; null when none can be read. */
function retryAfter(headers: Headers | undefined): number | null {
  const after = headers?.get('retry-after') ?? '';
  const candidates = [
    Number(headers?.get('retry-after-ms') || Number.NaN),
    Number(after || Number.NaN) * 1_000,
    Date.parse(after) - Date.now(),
  ];
  return candidates.find(Number.isFinite) ?? null;
}
