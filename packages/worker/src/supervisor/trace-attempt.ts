// An attempt as spans: the agent at work, each request to the model, each tool call, and within it the wait for the owner.
// They are made here, from what the runner tells, so that the runner needs no tracing; without a provider all of it does nothing.
import {
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Event, Task } from '@tars/core';
import type { Asked, FromRunner } from '../protocol.js';

const AGENT = 'tars-worker';
const PROVIDER = 'anthropic';

export type AttemptTrace = {
  /** Null where nothing is traced. */
  traceId: string | null;
  /** One of the task's; some are told twice. */
  event(event: Event): void;
  asked(asked: Asked): void;
  call(call: Extract<FromRunner, { type: 'call' }>): void;
  called(called: Extract<FromRunner, { type: 'called' }>): void;
  end(task: Task | null): void;
};

export function traceAttempt(task: Task): AttemptTrace {
  const tracer = trace.getTracer('tars');
  const common = { 'gen_ai.conversation.id': task.id, 'gen_ai.provider.name': PROVIDER };
  const from = task.traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent: task.traceparent });
  const begin = (
    name: string,
    at: number,
    attributes: { [name: string]: string | number },
    parent: Context,
    kind = SpanKind.INTERNAL,
  ): Span => tracer.startSpan(name, { startTime: new Date(at), attributes: { ...common, ...attributes }, kind }, parent);

  const attempt = begin(
    `invoke_agent ${AGENT}`,
    Date.now(),
    { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': AGENT, 'session.id': task.sessionId, 'tars.attempt': task.attempt },
    from,
  );
  const inside = trace.setSpan(from, attempt);
  /** Of every call of this attempt, ended or not: what it waited for may be heard of later. */
  const calls = new Map<string, Span>();
  /** By the request's id. */
  const waits = new Map<string, Span>();
  const running = new Set<Span>();
  let hasEnded = false;

  const wait = ({ id, callId, askedAt }: { id: string; callId: string; askedAt: number }, what: string): void => {
    if (waits.has(id)) return;
    const call = calls.get(callId);
    const span = begin('wait_for_owner', askedAt, { 'tars.waits_for': what }, call === undefined ? inside : trace.setSpan(inside, call));
    waits.set(id, span);
    running.add(span);
  };
  const close = (span: Span | undefined, at: number): void => {
    if (span !== undefined && running.delete(span)) span.end(new Date(at));
  };
  // An earlier attempt may have asked what this one still waits for.
  if (task.confirmation !== null) wait({ ...task.confirmation, askedAt: Date.now() }, 'confirmation');
  if (task.question !== null) wait({ ...task.question, askedAt: Date.now() }, 'answer');

  const { traceId } = attempt.spanContext();
  return {
    traceId: isSpanContextValid(attempt.spanContext()) ? traceId : null,
    event(event) {
      switch (event.type) {
        case 'confirmation.requested':
          return wait(event.confirmation, 'confirmation');
        case 'question.asked':
          return wait(event.question, 'answer');
        case 'confirmation.answered': {
          const span = waits.get(event.confirmationId);
          span?.setAttributes({ 'tars.outcome': event.outcome, 'tars.channel': event.channel });
          return close(span, event.at);
        }
        case 'question.answered': {
          const span = waits.get(event.questionId);
          span?.setAttributes({ 'tars.outcome': event.text === null ? 'expired' : 'answered', 'tars.channel': event.channel });
          return close(span, event.at);
        }
      }
    },
    asked({ model, startedAt, endedAt, error, requestId, tokens }) {
      const span = begin(
        `chat ${model}`,
        startedAt,
        { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': model },
        inside,
        SpanKind.CLIENT,
      );
      if (requestId !== null) span.setAttribute('tars.request_id', requestId);
      if (tokens !== null) span.setAttributes({ 'gen_ai.usage.input_tokens': tokens.input, 'gen_ai.usage.output_tokens': tokens.output });
      if (error !== null) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
      span.end(new Date(endedAt));
    },
    call({ callId, tool, at }) {
      const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool, 'gen_ai.tool.call.id': callId };
      const span = begin(`execute_tool ${tool}`, at, attributes, inside);
      calls.set(callId, span);
      running.add(span);
    },
    called({ callId, isError, at }) {
      const span = calls.get(callId);
      if (isError) span?.setAttribute('error.type', 'tool_error').setStatus({ code: SpanStatusCode.ERROR });
      close(span, at);
    },
    end(left) {
      if (hasEnded) return;
      hasEnded = true;
      const now = Date.now();
      for (const span of running) close(span, now);
      if (left !== null) attempt.setAttribute('tars.state', left.state);
      if (left?.model != null) attempt.setAttribute('gen_ai.request.model', left.model);
      if (left?.failure != null) attempt.setAttribute('error.type', left.failure.reason).setStatus({ code: SpanStatusCode.ERROR });
      attempt.end(new Date(now));
    },
  };
}
