// The description of the api, for tools that make clients of it.
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../api-env.js';

export function addOpenApiRoute(app: Api, { door }: { door: MiddlewareHandler<ApiEnv> }): void {
  // Made when somebody asks, which most owners never do.
  app.get('/openapi.json', door, async (c) => c.json((await import('./document.js')).openApiDocument()));
}
