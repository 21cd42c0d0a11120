// The model of the session bench, as a process of its own: answers at once, notes when each request had arrived whole and when its answer had left.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { callFor, mayAct, resultsOf } from '../model/client-tools.mjs';
import { streamOf } from '../model/stream.mjs';
import { clockMs } from './clock.mjs';

const COMMANDS = 48;
const RESULT = 'all steps are done\n';
export const REQUESTS = COMMANDS + 2;

const ID = 'toolu_step_';

/** One answer a step: the commands, then the file, then words. */
function answerTo(body, project) {
  const step = resultsOf(body, ID).length;
  if (step > COMMANDS) return { id: `msg_${step}`, text: 'All steps are done.', call: null };
  const wish = step < COMMANDS ? { shell: `echo step ${step + 1} is done` } : { write: 'RESULT.txt', content: RESULT };
  return { id: `msg_${step}`, text: `Step ${step + 1}.`, call: { id: `${ID}${step}`, ...callFor(body, wish, project) } };
}

/** What is wrong with a session that came to its last request; empty when every command ran and the file is there. */
function faultsOf(body, project) {
  const faults = resultsOf(body, ID)
    .slice(0, COMMANDS)
    .flatMap((text, at) => (text.includes(`step ${at + 1} is done`) ? [] : [`result ${at + 1}: ${text}`]));
  try {
    if (readFileSync(join(project, 'RESULT.txt'), 'utf8').trim() !== RESULT.trim()) faults.push('RESULT.txt holds something else');
  } catch {
    faults.push('RESULT.txt is not there');
  }
  return faults;
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
  const isSide = !mayAct(body);
  const entry = { arrivedAt, leftAt: arrivedAt, bytes, isSide };
  run.requests.push(entry);
  const answer = isSide ? { id: 'msg_side', text: 'A job', call: null } : answerTo(body, run.project);
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
