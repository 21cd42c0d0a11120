// One line of the log for each request that was answered, with what finds it again elsewhere.
import type { Logger } from '@tars/core/log';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.js';

export const logRequests =
  (logger: Logger): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    await next();
    const { aboutTask, session } = c.var;
    const id = aboutTask ?? c.req.param('id')?.toLowerCase();
    logger.debug('Answered a request', {
      method: c.req.method,
      route: c.req.routePath,
      status: c.res.status,
      duration_ms: Math.round(performance.now() - startedAt),
      request_id: c.var.requestId,
      ...(id === undefined ? {} : { task_id: id }),
      ...(session === undefined ? {} : { session_id: session }),
    });
  };
