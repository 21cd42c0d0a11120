// Each call of a function as a span, whose place in the trace is given along to the task it starts.
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { EXTENDED_FUNCTION_NAMES, FUNCTION_NAMES } from './functions/declarations.js';
import type { Functions } from './functions/functions.js';

const NAMES: readonly string[] = [...FUNCTION_NAMES, ...EXTENDED_FUNCTION_NAMES];

/** Costs nothing where no tracing is set up in the process. */
export function traced(functions: Functions): Functions {
  return {
    async call(name, args, caller) {
      const known = NAMES.includes(name) ? name : 'unknown';
      const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': known, 'session.id': caller.sessionId };
      const span = trace.getTracer('tars').startSpan(`execute_tool ${known}`, { attributes });
      const inside = trace.setSpan(context.active(), span);
      const carried: { traceparent?: string } = {};
      propagation.inject(inside, carried);
      try {
        const answer = await context.with(inside, () => functions.call(name, args, { ...caller, ...carried }));
        if (answer.task !== undefined) span.setAttribute('gen_ai.conversation.id', answer.task.task_id);
        span.setAttribute('tars.status', answer.reasonCode ?? answer.status);
        return answer;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
