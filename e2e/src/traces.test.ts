// A task as one trace: from the call that started it, through the worker, to the wait for its owner; collected over OTLP.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import { bash, finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

const OTEL = new URL('../../examples/tracing/otel.mjs', import.meta.url);

type Value = { stringValue?: string; intValue?: number };
type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Value }[];
  status: { code?: number };
};
type Export = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };

/** As a collector takes it: OTLP over HTTP. */
async function openCollector(): Promise<{ url: string; spans: Span[]; server: Server }> {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const sent = (await json(request)) as Export;
    spans.push(...sent.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, server };
}

let stage: Stage | null = null;
let collector: Awaited<ReturnType<typeof openCollector>>;
beforeEach(async () => {
  collector = await openCollector();
});
afterEach(async () => {
  await stage?.close();
  stage = null;
  collector.server.close();
  collector.server.closeAllConnections();
});

const TURNS: TurnInput[] = [
  { fault: { kind: 'status', status: 529 }, calls: [bash('rm old_backup.js', 'not needed any more')] },
  { calls: [bash('false', 'see it fail')] },
  { calls: [finish('Clean up')] },
];

const attributesOf = ({ attributes }: Span) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
const seconds = ({ startTimeUnixNano, endTimeUnixNano }: Span) => Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9;

test("a task is one trace, its caller's: model, tools and the wait for the owner, in the figures and the log too", async () => {
  stage = await openStage(
    { conversations: [{ name: 'clean up', turns: TURNS }] },
    {
      NODE_OPTIONS: `--import ${fileURLToPath(OTEL)}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
      LOG_LEVEL: 'debug',
      LOG_FORMAT: 'json',
      SANDBOX: 'off',
    },
  );
  const project = await stage.project('sums', { 'old_backup.js': '' });
  const up = stage.spawnTars(['up'], { WEBHOOK_PORT: '0' });
  await up.saw(/^ready/m);
  const api = /https?:\/\/[\d.]+:\d+/.exec(up.stdout())?.[0] ?? '';
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(`${api}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const [traceId, callerSpan] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  const started = await post(
    '/api/functions/start_autonomous_coding',
    { goal: 'Clean up', project_path: project, session_id: 'the-call' },
    { traceparent: `00-${traceId}-${callerSpan}-01`, 'x-request-id': 'request-of-the-test' },
  );
  expect(started.headers.get('x-request-id')).toBe('request-of-the-test');
  const { task } = (await started.json()) as { task: { task_id: string } };
  const id = task.task_id;
  await stage.taskThat(id, 'waits for a code', ({ confirmation }) => confirmation !== null);
  await post(`/api/tasks/${id}/confirmation`, { confirmation_code: CODE });
  await stage.taskThat(id, 'is finished', ({ state }) => state === 'finished');
  await stage.until('the attempt has been traced', () => collector.spans.some(({ name }) => name === 'invoke_agent tars-worker'));

  const mine = collector.spans.filter((span) => span.traceId === traceId);
  const byId = new Map(mine.map((span) => [span.spanId, span]));
  const above = (span: Span): string =>
    (byId.get(span.parentSpanId ?? '') ?? { name: span.parentSpanId === callerSpan ? 'the caller' : '?' }).name;
  const tree = mine
    .sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .map((span) => `${above(span)} > ${span.name}`);
  expect(tree).toEqual([
    'the caller > execute_tool start_autonomous_coding',
    'execute_tool start_autonomous_coding > invoke_agent tars-worker',
    'invoke_agent tars-worker > chat claude-sonnet-4-5',
    'invoke_agent tars-worker > chat claude-sonnet-4-5',
    'invoke_agent tars-worker > execute_tool bash',
    'execute_tool bash > wait_for_owner',
    'invoke_agent tars-worker > chat claude-sonnet-4-5',
    'invoke_agent tars-worker > execute_tool bash',
    'invoke_agent tars-worker > chat claude-sonnet-4-5',
    'invoke_agent tars-worker > execute_tool finish',
  ]);
  const named = (name: string) => mine.filter((span) => span.name === name);
  expect(named('invoke_agent tars-worker').map(attributesOf)).toMatchObject([
    {
      'gen_ai.conversation.id': id,
      'gen_ai.agent.name': 'tars-worker',
      'session.id': 'the-call',
      'tars.state': 'finished',
      'tars.attempt': 1,
    },
  ]);
  const chats = named('chat claude-sonnet-4-5');
  expect(chats.map(({ status }) => status.code === 2)).toEqual([true, false, false, false]);
  expect(attributesOf(chats[0] as Span)).toMatchObject({ 'error.type': 'status 529', 'tars.request_id': expect.stringMatching(/^req_/) });
  expect(attributesOf(chats[1] as Span)['gen_ai.usage.input_tokens']).toBeGreaterThan(0);
  expect(named('execute_tool bash').map(({ status }) => status.code === 2)).toEqual([false, true]);
  const [wait] = named('wait_for_owner');
  expect(attributesOf(wait as Span)).toMatchObject({ 'tars.outcome': 'approved', 'tars.channel': 'http' });
  expect(seconds(named('execute_tool bash')[0] as Span)).toBeGreaterThan(seconds(wait as Span));

  const read = async () => (await fetch(`${api}/metrics`)).text();
  await stage.until('the last figures are there', async () => (await read()).includes('tars_tool_duration_seconds_count{tool="finish"} 1'));
  const figures = await read();
  for (const sample of [
    'tars_tool_calls_total{tool="bash",outcome="ok"} 1',
    'tars_tool_calls_total{tool="bash",outcome="error"} 1',
    'tars_tool_duration_seconds_count{tool="finish"} 1',
    'tars_model_request_duration_seconds_count{model="claude-sonnet-4-5",outcome="again"} 1',
    'tars_model_request_duration_seconds_count{model="claude-sonnet-4-5",outcome="ok"} 3',
    'tars_confirmations_total{outcome="approved",channel="http"} 1',
    'tars_tasks_total{outcome="finished"} 1',
  ]) {
    expect(figures.split('\n')).toContain(sample);
  }

  const stderr = (await stage.stopAll()).map((ended) => ended.stderr).join('');
  const lines = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'Answered a request',
      request_id: 'request-of-the-test',
      session_id: 'the-call',
      task_id: id,
      status: 200,
    }),
  );
  const ofTask = { task_id: id, session_id: 'the-call', trace_id: traceId, request_id: expect.stringMatching(/^req_/), service: 'worker' };
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'a request to Claude failed', ...ofTask, what: 'status 529' }));
  expect(lines.filter(({ msg }) => msg === 'Claude replied')).toMatchObject([ofTask, ofTask, ofTask]);
  expect(stderr).not.toContain(CODE);
});
