// One turn of the model: streamed, whole or not at all. A request that fails is made again as a whole, for as long as it is worth it.
import { setTimeout as delay } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import type { Usage } from '@tars/core';
import type { Asked, ModelSettings } from '../protocol.js';
import { BrokenReplyError, failureOf, type ModelFailure } from './failure.js';
import { heardFetch } from './heard-fetch.js';
import { type ModelRequest, toParams } from './request.js';

export type Reply = {
  content: Anthropic.ContentBlock[];
  stopReason: string;
  usage: Usage;
  model: string;
  /** Why the model declines, where it does and says so. */
  declined?: string;
};

export type ModelClient = {
  /** The model's next reply. Throws `ModelGaveUpError` when only a person can help or the service stays away too long. */
  turn(request: Omit<ModelRequest, 'model'>, signal: AbortSignal): Promise<Reply>;
};

export class ModelGaveUpError extends Error {
  readonly code = 'model_gave_up';
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export type Patience = {
  /** No byte for this long means that the request hangs. */
  silenceMs: number;
  firstWaitMs: number;
  longestWaitMs: number;
  /** Outages are waited out, with the task's clock standing, until they have lasted this long together. */
  outageMs: number;
};

const PATIENCE: Patience = { silenceMs: 90_000, firstWaitMs: 500, longestWaitMs: 30_000, outageMs: 15 * 60_000 };

export function createModelClient(
  settings: ModelSettings,
  task: {
    /** The service fails, which is told with every try, or answers again. */
    outage: (failure: { what: string; tries: number } | null) => void;
    /** A request has ended, however. */
    asked?: (asked: Asked) => void;
    /** How long outages took already, and whether one was still on, when an earlier attempt ended. */
    spentMs?: number;
    isAway?: boolean;
  },
  patience: Patience = PATIENCE,
): ModelClient {
  const { silenceMs, outageMs } = patience;
  let { spentMs = 0, isAway = false } = task;
  const { model } = settings;
  /** Of the request under way: there is one at a time. */
  let onBytes = (): void => {};
  const client = new Anthropic({
    apiKey: settings.apiKey,
    ...(settings.baseUrl === null ? {} : { baseURL: settings.baseUrl }),
    maxRetries: 0,
    logLevel: 'off',
    fetch: heardFetch(() => onBytes()),
  });

  const once = async (request: ModelRequest, signal: AbortSignal): Promise<Reply> => {
    const startedAt = Date.now();
    const tell = (how: Pick<Asked, 'outcome' | 'error' | 'requestId' | 'tokens'>) =>
      task.asked?.({ model, startedAt, endedAt: Date.now(), ...how });
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), silenceMs);
    onBytes = () => timer.refresh();
    const stream = client.messages.stream(toParams(request), { signal: AbortSignal.any([signal, silence.signal]) });
    try {
      // Rejects unless the reply came to its `message_stop`.
      const message = await stream.finalMessage();
      if (message.stop_reason === null) throw new BrokenReplyError('the reply broke off before its end');
      const usage = usageOf(message.usage);
      const tokens = { input: usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h, output: usage.output };
      tell({ outcome: 'ok', error: null, requestId: stream.request_id ?? null, tokens });
      const { content, stop_reason: stopReason, stop_details: details } = message;
      const declined = details?.explanation ?? details?.category ?? null;
      return { content, stopReason, usage, model, ...(declined === null ? {} : { declined }) };
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const error = silence.signal.aborted ? new BrokenReplyError(`no sign of life for ${silenceMs / 1_000} s`) : thrown;
      const failure = failureOf(error, model);
      const requestId = (error instanceof Anthropic.APIError ? error.requestID : null) ?? stream.request_id ?? null;
      const [outcome, what] = failure.kind === 'again' ? (['again', failure.what] as const) : (['refused', failure.reason] as const);
      tell({ outcome, error: what, requestId, tokens: null });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    async turn(request, signal) {
      let failedAt: number | null = null;
      for (let tries = 1; ; tries++) {
        try {
          const reply = await once({ ...request, model: settings.model }, signal);
          if (failedAt !== null) spentMs += performance.now() - failedAt;
          if (isAway) task.outage(null);
          isAway = false;
          return reply;
        } catch (error) {
          signal.throwIfAborted();
          const failure = failureOf(error, settings.model);
          if (failure.kind === 'fatal') throw new ModelGaveUpError(failure.reason, failure.message);
          isAway = true;
          failedAt ??= performance.now();
          task.outage({ what: failure.what, tries });
          const wait = waitBefore(tries, failure, patience);
          if (spentMs + performance.now() - failedAt + wait > outageMs) {
            throw new ModelGaveUpError(
              'model_unavailable',
              `Claude does not answer (${failure.what}), and is waited for ${outageMs / 60_000} minutes per task at most.`,
            );
          }
          await delay(wait, undefined, { signal });
        }
      }
    },
  };
}

/** What the service asked for, but never at once; else doubling with full jitter on its upper half. */
function waitBefore(tries: number, failure: Extract<ModelFailure, { kind: 'again' }>, { firstWaitMs, longestWaitMs }: Patience): number {
  if (failure.afterMs !== null) return Math.max(failure.afterMs, firstWaitMs);
  const longest = Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs);
  return longest / 2 + (Math.random() * longest) / 2;
}

function usageOf(usage: Anthropic.Usage): Usage {
  const written = usage.cache_creation;
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite5m: written?.ephemeral_5m_input_tokens ?? usage.cache_creation_input_tokens ?? 0,
    cacheWrite1h: written?.ephemeral_1h_input_tokens ?? 0,
  };
}
