// The api as an OpenAPI 3.1 document, made from the schemas that check what comes in.
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { version } from '../version.js';
import { Accepted, AuditEntry, Diff, Event, Refusal, StartedTask, Task, TranscriptRecord } from './answers.js';
import { type Content, OPERATIONS, type Operation } from './operations.js';

type Json = { [key: string]: unknown };

const plain = (schema: v.GenericSchema): Json => {
  // What only JavaScript can check is left to the api, which says what it would not take.
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode: 'input', errorMode: 'ignore', target: 'draft-2020-12' });
  return rest;
};
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const SCHEMAS = { Task, StartedTask, Event, Refusal, Accepted, TranscriptRecord, Diff, AuditEntry };

const FUNCTION_ANSWER: Json = {
  type: 'object',
  required: ['ok', 'status', 'text', 'say'],
  properties: {
    ok: { type: 'boolean' },
    status: { type: 'string' },
    text: { type: 'string', description: 'Several lines, for reading.' },
    say: { type: 'string', description: 'For speech: at most two sentences.' },
    reasonCode: { type: 'string' },
    retryable: { type: 'boolean' },
    task: ref('Task'),
    tasks: { type: 'array', items: ref('Task') },
  },
};

/** An empty one beside it: where no token is set, this machine itself is served. */
const SECURITY: Readonly<Record<Operation['door'], readonly Json[]>> = {
  api: [{ apiToken: [] }, {}],
  webhook: [{ webhookToken: [] }, { webhookSignature: [] }, {}],
  discord: [{ discordSignature: [] }],
  open: [],
};

export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of OPERATIONS) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method]: described(operation) };
  }
  const header = (name: string, description: string): Json => ({ type: 'apiKey', in: 'header', name, description });
  return {
    openapi: '3.1.0',
    info: {
      title: 'TARS background programming',
      version,
      description: 'Hand a coding goal over, walk away, stay in command. docs/integrators.md tells how the routes belong together.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:5002' }],
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, plain(schema)])),
        FunctionAnswer: FUNCTION_ANSWER,
      },
      securitySchemes: {
        apiToken: { type: 'http', scheme: 'bearer', description: 'API_TOKEN, or a token of API_TOKENS.' },
        webhookToken: { type: 'http', scheme: 'bearer', description: 'WEBHOOK_TOKEN.' },
        webhookSignature: header('webhook-signature', 'Standard Webhooks, by WEBHOOK_SECRET; with webhook-id and webhook-timestamp.'),
        discordSignature: header('x-signature-ed25519', "Discord's own, over the header x-signature-timestamp and the body."),
      },
    },
  };
}

function described({ method, path, says, door, query = {}, takes, gives, refuses = [] }: Operation): Json {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const inQuery = Object.entries(query).map(([name, description]) => ({ name, in: 'query', description, schema: { type: 'string' } }));
  const ofDoor = door === 'open' ? [] : [401, 429, 503];
  const ofBody = takes === undefined ? [] : [400, 413, 415];
  const refusals = [...new Set([...refuses, ...ofDoor, ...ofBody])].sort((a, b) => a - b);
  return {
    operationId: nameOf(method, path),
    summary: says,
    security: SECURITY[door],
    ...(inPath.length + inQuery.length === 0 ? {} : { parameters: [...inPath, ...inQuery] }),
    ...(takes === undefined
      ? {}
      : { requestBody: { required: takes !== undefined, content: { 'application/json': { schema: bodyOf(takes) } } } }),
    responses: Object.fromEntries([
      ...Object.entries(gives).map(([status, content]) => [status, answer(content)]),
      ...refusals.map((status) => [
        String(status),
        { description: 'Refused.', content: { 'application/json': { schema: ref('Refusal') } } },
      ]),
    ]),
  };
}

const bodyOf = (takes: NonNullable<Operation['takes']>): Json =>
  'length' in takes ? { anyOf: takes.map(({ title, schema }) => ({ title, ...plain(schema) })) } : plain(takes as v.GenericSchema);

function answer(content: Content): Json {
  if (content === null) return { description: 'Nothing more to say.' };
  if ('type' in content) return { description: 'Done.', content: { [content.type]: { schema: { type: content.is } } } };
  if ('schema' in content) return { description: 'Done.', content: { 'application/json': { schema: ref(content.schema) } } };
  const { list, under, counts } = content;
  const beyond = counts === undefined ? {} : { [counts]: { type: 'integer' } };
  const properties = { [under]: { type: 'array', items: ref(list) }, ...beyond };
  const schema = { type: 'object', required: Object.keys(properties), properties };
  return { description: 'Done.', content: { 'application/json': { schema } } };
}

/** `post /api/tasks/:id/undo` is `postTasksIdUndo`. */
const nameOf = (method: string, path: string): string =>
  method + path.replace('/api', '').replace(/[^a-zA-Z]+([a-zA-Z])?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase());
