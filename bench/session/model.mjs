// The model of the session bench, as a process of its own: answers at once, notes when each request had arrived whole and when its answer had left.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { clockMs } from './clock.mjs';

const COMMANDS = 48;
const RESULT = 'all steps are done\n';
export const REQUESTS = COMMANDS + 2;

const SHELL = /^bash$/i;
const WRITE = /^(write|write_file|create_file)$/i;

/** One answer a step: the commands, then the file, then words. */
function answerTo(body, project) {
  const step = resultsIn(body).length;
  const text = step <= COMMANDS ? `Step ${step + 1}.` : 'All steps are done.';
  if (step > COMMANDS) return { text, call: null, step };
  const known = step < COMMANDS ? { command: `echo step ${step + 1} is done` } : writeOf(body, project);
  const tool = body.tools.find(({ name }) => (step < COMMANDS ? SHELL : WRITE).test(name));
  return { text, call: { id: `toolu_step_${step}`, name: tool.name, input: withRequired(tool.input_schema, known) }, step };
}

/** Clients differ in what they call the path, and some take only an absolute one. */
function writeOf({ tools }, project) {
  const { properties } = tools.find(({ name }) => WRITE.test(name)).input_schema;
  return { [properties.file_path ? 'file_path' : 'path']: join(project, 'RESULT.txt'), content: RESULT };
}

function withRequired({ properties, required = [] }, known) {
  const more = required.filter((name) => !(name in known)).map((name) => [name, properties[name].type === 'number' ? 60 : 'the next step']);
  return { ...known, ...Object.fromEntries(more) };
}

/** The results of our own calls, in the order they were given. */
function resultsIn({ messages }) {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  return blocks.filter(({ type, tool_use_id }) => type === 'tool_result' && tool_use_id.startsWith('toolu_step_'));
}

/** What is wrong with a session that came to its last request; empty when every command ran and the file is there. */
function faultsOf(body, project) {
  const texts = resultsIn(body).map(({ content }) => (typeof content === 'string' ? content : content.map(({ text }) => text).join('')));
  const faults = texts
    .slice(0, COMMANDS)
    .flatMap((text, at) => (text.includes(`step ${at + 1} is done`) ? [] : [`result ${at + 1}: ${text}`]));
  try {
    if (readFileSync(join(project, 'RESULT.txt'), 'utf8').trim() !== RESULT.trim()) faults.push('RESULT.txt holds something else');
  } catch {
    faults.push('RESULT.txt is not there');
  }
  return faults;
}

function streamOf({ text, call, step }, model) {
  const events = [
    {
      type: 'message_start',
      message: {
        id: `msg_${step}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
    { type: 'content_block_stop', index: 0 },
  ];
  if (call !== null) {
    const { id, name, input } = call;
    events.push(
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id, name, input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } },
      { type: 'content_block_stop', index: 1 },
    );
  }
  events.push(
    {
      type: 'message_delta',
      delta: { stop_reason: call === null ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 20 },
    },
    { type: 'message_stop' },
  );
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

let run = { project: '', requests: [], faults: ['the session did not come to its end'], updates: 0 };

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const arrivedAt = clockMs();
  const text = Buffer.concat(chunks).toString('utf8');
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  // Where the product's updates go.
  if (request.url === '/updates') {
    run.updates++;
    return json({});
  }
  if (!/\/messages(\?|$)/.test(request.url)) return json({});
  const body = JSON.parse(text);
  const bytes = Buffer.byteLength(text);
  const isSide = !body.tools?.some(({ name }) => SHELL.test(name));
  const entry = { arrivedAt, leftAt: arrivedAt, bytes, isSide };
  run.requests.push(entry);
  const answer = isSide ? { text: 'A job', call: null, step: 0 } : answerTo(body, run.project);
  if (!isSide && answer.call === null) run.faults = faultsOf(body, run.project);
  response.once('finish', () => {
    entry.leftAt = clockMs();
  });
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(answer, body.model));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', ({ begin }) => {
  if (begin === undefined) process.send({ run });
  else {
    run = { project: begin, requests: [], faults: ['the session did not come to its end'], updates: 0 };
    process.send({ begun: true });
  }
});
process.on('disconnect', () => process.exit(0));
