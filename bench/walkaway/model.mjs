// The model of the walk-away bench, as a process of its own: it knows each job by the key in its goal and goes by the results it is shown, never by a counter.
import { createServer } from 'node:http';
import { callFor, mayAct, resultsOf } from '../model/client-tools.mjs';
import { streamOf } from '../model/stream.mjs';
import { nextOf } from './next-wish.mjs';

const KEY = /walk-away job (\w+)/;
/** What is said to whoever asks for a title, a summary or a state. */
const ASIDE = 'A job';

const jobs = new Map();
const asked = [];
let serial = 0;

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  if (!/\/messages(\?|$)/.test(request.url)) return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  const text = Buffer.concat(chunks).toString('utf8');
  const body = JSON.parse(text);
  const job = jobs.get(KEY.exec(text)?.[1]);
  const answer = job === undefined || !mayAct(body) ? { text: ASIDE, call: null } : answerTo(body, job);
  // When the wish was out: from then on the client may ask its owner.
  if (job !== undefined) response.once('finish', () => asked.push({ key: job.key, at: Date.now(), call: answer.call !== null }));
  const stream = body.stream === true;
  response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
  response.end(stream ? streamOf({ id: `msg_${++serial}`, ...answer }, body.model) : JSON.stringify(wholeOf(answer, body.model)));
});

function answerTo(body, { key, project, steps, says }) {
  const id = `toolu_${key}_`;
  const results = resultsOf(body, id);
  const wish = nextOf(steps, results);
  if (wish === null) return { text: says, call: null };
  return { text: 'On it.', call: { id: `${id}${results.length}_${++serial}`, ...callFor(body, wish, project) } };
}

const wholeOf = ({ text, call }, model) => ({
  id: `msg_${++serial}`,
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text }, ...(call === null ? [] : [{ type: 'tool_use', ...call }])],
  stop_reason: call === null ? 'end_turn' : 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 100, output_tokens: 20 },
});

server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('message', ({ job }) => {
  if (job === undefined) process.send({ asked });
  else {
    jobs.set(job.key, job);
    process.send({ taken: job.key });
  }
});
process.on('disconnect', () => process.exit(0));
