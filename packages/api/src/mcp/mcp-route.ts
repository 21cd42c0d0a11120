// MCP over HTTP, behind the same door as the rest.
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiDeps, ApiEnv } from '../api-env.js';
import { parseBody } from '../body.js';
import { refuse } from '../refusal.js';
import type { McpFace } from './mcp-face.js';

/** A request stands for itself, so all clients of one api share a conversation, as hosts do that name none. */
const SESSION = 'mcp';

export type McpRoute = McpFace & { door: MiddlewareHandler<ApiEnv>; logger: ApiDeps['logger'] };

export function addMcpRoute(app: Api, { functions, store, door, logger }: McpRoute): void {
  app.all('/mcp', door, async (c) => {
    const { credential, body } = c.var;
    // Its libraries are loaded by the first who asks: most owners have no such assistant.
    const [{ createMcpHandler }, { mcpFace }] = await Promise.all([import('@modelcontextprotocol/server'), import('./mcp-face.js')]);
    const handler = createMcpHandler(() => mcpFace({ functions, store }, { sessionId: SESSION, channel: 'http', credential }), {
      // Without what was sent: an argument may be a code.
      onerror: ({ name }) => logger.warn('An MCP request was refused', { name }),
    });
    if (c.req.method !== 'POST') return handler.fetch(c.req.raw);
    const parsed = parseBody(c.req, body, v.unknown());
    return parsed.ok ? handler.fetch(c.req.raw, { parsedBody: parsed.value }) : refuse(c, parsed);
  });
}
