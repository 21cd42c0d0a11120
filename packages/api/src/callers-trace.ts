// A request that comes with its place in a trace is handled there.
import { context, propagation, trace } from '@opentelemetry/api';
import type { MiddlewareHandler } from 'hono';

/** Where something in this process has traced the request already (a server's own instrumentation does), that stays. */
export const inCallersTrace: MiddlewareHandler = (c, next) => {
  const here = context.active();
  if (trace.getSpan(here) !== undefined) return next();
  const carried = Object.fromEntries(c.req.raw.headers);
  return context.with(propagation.extract(here, carried), next);
};
