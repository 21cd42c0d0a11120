// TARS as other assistants see it over MCP: the functions as tools, each task as a resource.

import { McpServer, ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server';
import {
  type CallContext,
  EXTENDED_FUNCTIONS,
  FUNCTIONS,
  type FunctionDeclaration,
  type Functions,
  NOT_PERMITTED,
  oneLine,
  viewTask,
} from '@tars/core';
import type { TaskStore } from '@tars/core/redis';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { version } from '../version.js';

export type McpFace = { functions: Functions; store: Pick<TaskStore, 'read' | 'list'> };

const INSTRUCTIONS =
  'Hand a coding goal over with start_autonomous_coding; it is worked on in the background, so say the id and go on with the conversation. A task that waits for a confirmation code tells so in check_coding_progress: show the user the whole command, ask for the code in the conversation, and hand it over unchanged. Never make a code up.';

/** For a list that people choose from. */
const NAME_CHARS = 80;
const JSON_TYPE = 'application/json';
const uriOf = (id: string): string => `tars://tasks/${id}`;

/** One conversation's server; `caller` is whom each call counts for. The confirmation code is never asked for by a form: it is a tool's argument. */
export function mcpFace({ functions, store }: McpFace, caller: CallContext): McpServer {
  const isLimited = caller.permission === 'limited';
  const server = new McpServer(
    { name: 'tars', title: 'TARS background programming', version },
    isLimited ? { capabilities: { tools: {} }, instructions: NOT_PERMITTED.text } : { instructions: INSTRUCTIONS },
  );
  // As a limited conversation of a voice host: it is told of no function and of no task.
  if (isLimited) return server;

  for (const declaration of [...FUNCTIONS, ...EXTENDED_FUNCTIONS]) {
    const { name, title, description, hints } = declaration;
    server.registerTool(name, { title, description, annotations: hints, inputSchema: inputOf(declaration) }, async (args) => {
      const answer = await functions.call(name, args, caller);
      return { content: [{ type: 'text', text: answer.text }], structuredContent: { ...answer }, isError: !answer.ok };
    });
  }

  const tasks = new ResourceTemplate(uriOf('{id}'), {
    list: async () => ({
      resources: (await store.list()).map(({ id, goal, state }) => ({
        uri: uriOf(id),
        name: id,
        title: oneLine(`${id}: ${goal}`).slice(0, NAME_CHARS),
        description: state,
        mimeType: JSON_TYPE,
      })),
    }),
  });
  server.registerResource(
    'task',
    tasks,
    { title: 'A coding task', description: 'State, plan, cost, what it waits for and how it ended.', mimeType: JSON_TYPE },
    async (uri, { id }) => {
      const task = await store.read(String(id).toLowerCase());
      if (task === null) throw new ResourceNotFoundError(uri.href);
      return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(viewTask(task)) }] };
    },
  );
  return server;
}

/** What is not known is refused, as over HTTP. */
const inputOf = ({ arguments: { entries } }: FunctionDeclaration) => toStandardJsonSchema(v.strictObject(entries));
