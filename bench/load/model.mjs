// A model that answers at once, in a process of its own: as many commands as the goal says ("after 10 steps"), then words.
import { createServer } from 'node:http';

const USAGE = { input_tokens: 100, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

function answerTo({ messages }) {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : [{ type: 'text', text: content }]));
  const done = blocks.filter(({ type }) => type === 'tool_result').length;
  const steps = Number(
    /after (\d+) steps/.exec(blocks.find(({ type, text }) => type === 'text' && /after \d+ steps/.test(text))?.text ?? '')?.[1] ?? 0,
  );
  if (done >= steps) return { text: 'All steps are done.', call: null, step: done };
  const input = { command: `echo step ${done + 1} is done`, reason: 'the next step' };
  return { text: `Step ${done + 1}.`, call: { id: `toolu_step_${done}`, name: 'bash', input }, step: done };
}

function streamOf({ text, call, step }, model) {
  const message = { id: `msg_${step}`, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null };
  const block = (index, content_block, delta) => [
    { type: 'content_block_start', index, content_block },
    { type: 'content_block_delta', index, delta },
    { type: 'content_block_stop', index },
  ];
  const events = [
    { type: 'message_start', message: { ...message, usage: USAGE } },
    ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text }),
    ...(call === null
      ? []
      : block(
          1,
          { type: 'tool_use', id: call.id, name: call.name, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(call.input) },
        )),
    {
      type: 'message_delta',
      delta: { stop_reason: call === null ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { output_tokens: 20 },
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (!/\/messages(\?|$)/.test(request.url)) return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(answerTo(body), body.model));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
