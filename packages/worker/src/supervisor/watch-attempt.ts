// What an attempt is to those who watch the installation: figures, spans, and lines of the log that find each other.
import { counted, type Event, type Figure, observed, type Task } from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Asked, FromRunner } from '../protocol.js';
import { traceAttempt } from './trace-attempt.js';

const GATHER_MS = 1_000;

type Call = Extract<FromRunner, { type: 'call' }>;
type Called = Extract<FromRunner, { type: 'called' }>;

export type AttemptWatch = {
  /** Knows the trace, too. */
  logger: Logger;
  event(event: Event): void;
  asked(asked: Asked): void;
  call(call: Call): void;
  called(called: Called): void;
  /** How the task stands now that the attempt is over, where that is known; only the first time counts. */
  end(task: Task | null): void;
};

export function watchAttempt(
  task: Task,
  { count, logger: given }: { count: (figures: readonly Figure[]) => Promise<void>; logger: Logger },
): AttemptWatch {
  const trace = traceAttempt(task);
  const logger = trace.traceId === null ? given : given.child({ trace_id: trace.traceId });
  const open = new Map<string, Call>();
  const waiting: Figure[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const figures = waiting.splice(0);
    // A figure that Redis did not hear of is no reason to do anything else.
    if (figures.length > 0) void count(figures).catch((err: unknown) => logger.debug('figures were lost', { err }));
  };
  /** A turn shall not cost Redis a word more than it must. */
  const add = (figures: readonly Figure[]): void => {
    waiting.push(...figures);
    timer ??= setTimeout(flush, GATHER_MS);
  };
  return {
    logger,
    event: trace.event,
    asked(asked) {
      const { model, startedAt, endedAt, outcome, error, requestId } = asked;
      trace.asked(asked);
      add(observed('tars_model_request_duration_seconds', { model, outcome }, (endedAt - startedAt) / 1_000));
      const said = { model, request_id: requestId, duration_ms: endedAt - startedAt };
      if (outcome === 'ok') logger.debug('Claude replied', said);
      else logger.warn('a request to Claude failed', { ...said, what: error });
    },
    call(call) {
      open.set(call.callId, call);
      trace.call(call);
    },
    called(called) {
      const call = open.get(called.callId);
      if (call === undefined) return;
      open.delete(called.callId);
      trace.called(called);
      const { tool } = call;
      add([
        counted('tars_tool_calls_total', { tool, outcome: called.isError ? 'error' : 'ok' }),
        ...observed('tars_tool_duration_seconds', { tool }, (called.at - call.at) / 1_000),
      ]);
    },
    end(left) {
      flush();
      trace.end(left);
    },
  };
}
