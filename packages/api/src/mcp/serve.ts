// MCP over the standard streams, for an assistant that starts TARS' command itself.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { CallContext } from '@tars/core';
import type { McpFace } from './mcp-face.js';

/** Resolves when the other side has closed its end, or `signal` aborts; `stdout` carries nothing but the protocol. */
export async function serveMcp(
  face: McpFace,
  caller: CallContext,
  { stdin, stdout, signal }: { stdin: Readable; stdout: Writable; signal: AbortSignal },
): Promise<void> {
  const over = new AbortController();
  const ended = Promise.race([once(stdin, 'end', over), once(stdin, 'close', over), once(signal, 'abort', over)]);
  const [{ StdioServerTransport, serveStdio }, { mcpFace }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('./mcp-face.js'),
  ]);
  const served = serveStdio(() => mcpFace(face, caller), { transport: new StdioServerTransport(stdin, stdout) });
  if (!signal.aborted) await ended;
  over.abort();
  await served.close();
}
