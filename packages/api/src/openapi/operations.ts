// Every route that is no page, as a row: what it takes is the very schema that the route checks with.
import { EXTENDED_FUNCTIONS, FUNCTIONS } from '@tars/core';
import * as v from 'valibot';
import { AnswerBody } from '../answer-route.js';
import { UndoBody } from '../change-routes.js';
import { CodeBody, DenialBody, WebhookBody } from '../confirmation-routes.js';
import { Interaction } from '../discord/interaction.js';
import { EchoBody } from '../echo-route.js';
import { Envelope } from '../function-route.js';
import { StartBody } from '../start-route.js';
import { MessageBody, Nothing } from '../wish-routes.js';

/** A named schema, a list of one under this key, or another kind of content. */
export type Content =
  | { schema: string }
  | { list: string; under: string /** How many there are beyond the list. */; counts?: string }
  | { type: string; is: string }
  | null;

export type Operation = {
  method: 'get' | 'post';
  /** As hono writes it. */
  path: string;
  says: string;
  door: 'api' | 'webhook' | 'discord' | 'open';
  query?: Readonly<Record<string, string>>;
  takes?: v.GenericSchema | readonly { title: string; schema: v.GenericSchema }[];
  gives: Readonly<Record<number, Content>>;
  /** Statuses of its own beside those of its door and of every body. */
  refuses?: readonly number[];
};

const STARTED = { schema: 'StartedTask' } as const;
const TASK = { schema: 'Task' } as const;
const ACCEPTED = { schema: 'Accepted' } as const;
const OK = { type: 'application/json', is: 'object' } as const;

const calls = [...FUNCTIONS, ...EXTENDED_FUNCTIONS].map(({ name, arguments: { entries } }) => ({
  title: name,
  schema: v.strictObject({ ...entries, ...Envelope.entries }),
}));

const wish = (name: string, says: string): Operation => ({
  method: 'post',
  path: `/api/tasks/:id/${name}`,
  says,
  door: 'api',
  takes: Nothing,
  gives: { 200: ACCEPTED, 202: ACCEPTED },
  refuses: [404, 409],
});

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/tasks',
    says: 'The latest tasks, newest first; more tells how many older ones there are.',
    door: 'api',
    query: {
      state: 'Only tasks in this state.',
      limit: 'At most so many, up to 200; 50 where nothing is said.',
      before: 'Only tasks accepted before the one with this id: the last of a page leads to the next.',
    },
    gives: { 200: { list: 'Task', under: 'tasks', counts: 'more' } },
    refuses: [400],
  },
  {
    method: 'post',
    path: '/api/tasks',
    says: 'Starts a task. 200 when the same wish had started it already.',
    door: 'api',
    takes: StartBody,
    gives: { 200: STARTED, 201: STARTED },
    refuses: [409],
  },
  { method: 'get', path: '/api/tasks/:id', says: 'One task.', door: 'api', gives: { 200: TASK }, refuses: [404] },
  {
    method: 'get',
    path: '/api/tasks/:id/events',
    says: "A task's events as they happen, each a data: line with an Event; its id is the sequence. 204 when the task has ended and all was told.",
    door: 'api',
    query: { after: 'The sequence of the last event known, where the header Last-Event-ID cannot be sent.' },
    gives: { 200: { type: 'text/event-stream', is: 'string' }, 204: null },
    refuses: [400, 404],
  },
  {
    method: 'get',
    path: '/api/tasks/:id/transcript',
    says: 'What the model said and did, and what came back.',
    door: 'api',
    gives: { 200: { list: 'TranscriptRecord', under: 'records' } },
    refuses: [404],
  },
  {
    method: 'get',
    path: '/api/tasks/:id/diff',
    says: 'What the task has changed in its project.',
    door: 'api',
    gives: { 200: { schema: 'Diff' } },
    refuses: [404],
  },
  {
    method: 'get',
    path: '/api/tasks/:id/bundle',
    says: 'What a task in a clone has committed, as a git bundle; 404 where there is none.',
    door: 'api',
    gives: { 200: { type: 'application/octet-stream', is: 'binary' } },
    refuses: [404],
  },
  wish('cancel', 'Stops the task and everything it runs. 202 while its worker has not come to it.'),
  wish('pause', 'Lets the running step end, and nothing new begin.'),
  wish('resume', 'Lets a paused task go on.'),
  wish('retry', 'Tries a task again that did not succeed.'),
  {
    method: 'post',
    path: '/api/tasks/:id/messages',
    says: 'Tells the task something; one that has ended goes on with it.',
    door: 'api',
    takes: MessageBody,
    gives: { 200: ACCEPTED, 202: ACCEPTED },
    refuses: [404, 409],
  },
  {
    method: 'post',
    path: '/api/tasks/:id/answer',
    says: "Answers the task's question.",
    door: 'api',
    takes: AnswerBody,
    gives: { 200: ACCEPTED },
    refuses: [404, 409, 410],
  },
  {
    method: 'post',
    path: '/api/tasks/:id/confirmation',
    says: 'Gives the code the task waits for.',
    door: 'api',
    takes: CodeBody,
    gives: { 200: ACCEPTED },
    refuses: [403, 404, 409, 410],
  },
  {
    method: 'post',
    path: '/api/tasks/:id/deny',
    says: 'Says no to the command the task wants to run.',
    door: 'api',
    takes: DenialBody,
    gives: { 200: ACCEPTED },
    refuses: [404, 409, 410],
  },
  {
    method: 'post',
    path: '/api/tasks/:id/undo',
    says: 'Takes back what the task did. 202 while its worker has not answered.',
    door: 'api',
    takes: UndoBody,
    gives: { 200: ACCEPTED, 202: ACCEPTED },
    refuses: [404, 409],
  },
  {
    method: 'get',
    path: '/api/audit',
    says: 'Who asked for what, oldest first.',
    door: 'api',
    query: { since: 'A date, or how long ago: 30m, 2h, 3d, 1w.' },
    gives: { 200: { list: 'AuditEntry', under: 'entries' } },
    refuses: [400],
  },
  {
    method: 'post',
    path: '/api/functions/:name',
    says: 'Carries out a voice function; what a user can cause is an answer, hence 200.',
    door: 'api',
    takes: calls,
    gives: { 200: { schema: 'FunctionAnswer' } },
    refuses: [404],
  },
  {
    method: 'post',
    path: '/mcp',
    says: 'The functions and the tasks over the Model Context Protocol (JSON-RPC over streamable HTTP).',
    door: 'api',
    takes: v.looseObject({}),
    gives: { 200: OK, 202: null },
  },
  {
    method: 'post',
    path: '/webhook/background-confirmation',
    says: 'A code or a reply that holds one, from n8n.',
    door: 'webhook',
    takes: WebhookBody,
    gives: { 200: ACCEPTED },
    refuses: [403, 404, 409, 410],
  },
  {
    method: 'post',
    path: '/webhook/echo',
    says: 'Proves that an address ends at an api over the same record.',
    door: 'webhook',
    takes: EchoBody,
    gives: { 200: OK },
    refuses: [404],
  },
  {
    method: 'post',
    path: '/webhook/discord-interactions',
    says: 'A button or a form on Discord; there only with DISCORD_PUBLIC_KEY.',
    door: 'discord',
    takes: Interaction,
    gives: { 200: OK },
  },
  {
    method: 'get',
    path: '/metrics',
    says: 'Figures of the whole installation for Prometheus; not for one of several people.',
    door: 'api',
    gives: { 200: { type: 'text/plain', is: 'string' } },
  },
  { method: 'get', path: '/openapi.json', says: 'This document.', door: 'api', gives: { 200: OK } },
  { method: 'get', path: '/livez', says: 'The process lives.', door: 'open', gives: { 200: OK } },
  { method: 'get', path: '/readyz', says: 'Redis answers.', door: 'open', gives: { 200: OK }, refuses: [503] },
  { method: 'get', path: '/version', says: 'What runs.', door: 'open', gives: { 200: OK } },
];
