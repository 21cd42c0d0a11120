// The Messages API on loopback, answering from a scenario.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadInputError, parseInput } from '../bad-input.js';
import { answerJson } from '../http/answer.js';
import { parseJson, readBody } from '../http/body.js';
import { listenOnLoopback } from '../http/loopback-server.js';
import { ApiError, errorBody } from './api-error.js';
import { deliverJson, deliverStream, type Outlet, pause, strike } from './deliver.js';
import { Control, type ControlInput, createFaultDesk, type Fault } from './fault.js';
import { createModels } from './models.js';
import { conversationOf, OutOfScriptError, placeOf } from './place.js';
import { fillFrom } from './placeholders.js';
import { countInputTokens, createPromptCache } from './prompt-cache.js';
import { replyOf } from './reply.js';
import { createRequestLog, type RecordedRequest } from './request-log.js';
import { parseCountRequest, parseMessagesRequest } from './rules.js';
import { Scenario, type ScenarioInput } from './scenario.js';

const MAX_BODY_BYTES = 32 * 1024 * 1024;

export type FakeClaude = {
  url: string;
  port: number;
  /** Every request to the API so far, in the order of arrival, open ones included. */
  requests(): RecordedRequest[];
  /** What the client did that the API or the scenario does not accept; empty when all went by the book. */
  failures(): string[];
  /** As `POST /_control`: a fault strikes every request from now on, `times` times or until it is switched off. */
  control(control: ControlInput): void;
  close(): Promise<void>;
};

/** `scenario` is plain data as a scenario file holds it; `BadInputError` when it is not valid. `log`: a file for one JSON line per request. */
export async function startFakeClaude({
  scenario: given,
  port = 0,
  log: file = null,
}: {
  scenario: ScenarioInput;
  port?: number;
  log?: string | null;
}): Promise<FakeClaude> {
  const scenario = parseInput(Scenario, given, 'The scenario');
  const log = createRequestLog(file);
  const faults = createFaultDesk();
  const models = createModels(scenario.models);
  const cache = createPromptCache(scenario.cache_min_tokens);
  let serial = 0;

  const answerMessage = async (record: RecordedRequest, outlet: Outlet, switched: Fault | null): Promise<void> => {
    const request = parseMessagesRequest(record.body);
    models.requireAnswering(request.model);
    const place = placeOf(conversationOf(scenario, request), request);
    record.conversation = place.conversation;
    record.turn = place.turn;
    const fill = fillFrom(request, scenario.captures, place.turn);
    const fault = switched ?? faults.take(place.key, place.said.fault);
    record.fault = fault?.kind ?? null;
    await pause(place.said.delay_ms, outlet.gone);
    if (outlet.gone.aborted || strike(outlet, fault, server.refuseFor)) return;
    const reply = replyOf(place, request.model, fill, cache.account(request));
    await (request.stream ? deliverStream(outlet, reply, fault) : deliverJson(outlet, reply, fault));
  };

  /** The SDK sends its key as a bearer token, other clients in the older header. */
  const hasKey = ({ headers }: IncomingMessage) =>
    scenario.api_key === undefined || [headers['x-api-key'], headers.authorization?.replace(/^bearer /i, '')].includes(scenario.api_key);

  const answerApi = async (record: RecordedRequest, url: URL, isKnown: boolean, outlet: Outlet): Promise<void> => {
    const fault = faults.takeSwitched();
    record.fault = fault?.kind ?? null;
    if (strike(outlet, fault, server.refuseFor)) return;
    if (!isKnown) throw new ApiError(401, 'invalid API key');
    const model = /^\/v1\/models\/([^/]+)$/.exec(url.pathname)?.[1];
    switch (`${record.method} ${url.pathname}`) {
      case 'POST /v1/messages':
        return answerMessage(record, outlet, fault);
      case 'POST /v1/messages/count_tokens':
        return deliverJson(outlet, { input_tokens: countInputTokens(parseCountRequest(record.body)) }, fault);
      case 'GET /v1/models':
        return deliverJson(
          outlet,
          models.list([...url.searchParams.getAll('lifecycle[]'), ...url.searchParams.getAll('lifecycle')]),
          fault,
        );
      default:
        if (record.method !== 'GET' || model === undefined) throw new ApiError(404, `${record.method} ${url.pathname} is not served here`);
        return deliverJson(outlet, models.retrieve(decodeURIComponent(model)), fault);
    }
  };

  const control = (input: unknown) => faults.switch(parseInput(Control, input, 'The control').fault);

  const answerControl = (response: ServerResponse, body: unknown) => {
    try {
      control(body);
      answerJson(response, 200, { ok: true });
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      answerJson(response, 400, { error: error.message });
    }
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://loopback');
    const method = request.method ?? 'GET';
    const text = await readBody(request, MAX_BODY_BYTES);
    const body = text === null || text === '' ? null : (parseJson(text) ?? text);
    if (`${method} ${url.pathname}` === 'GET /_log')
      return answerJson(response, 200, { requests: log.requests(), failures: log.failures() });
    if (`${method} ${url.pathname}` === 'POST /_control') return answerControl(response, body);

    const record = log.open({ method, path: url.pathname, headers: request.headers, body });
    const gone = new AbortController();
    response.setHeader('request-id', `req_${++serial}`);
    response.on('close', () => {
      gone.abort();
      log.end(record, { status: response.headersSent ? response.statusCode : null, answeredWhole: response.writableFinished });
    });
    try {
      if (text === null) throw new ApiError(413, `The body is larger than ${MAX_BODY_BYTES} bytes`);
      await answerApi(record, url, hasKey(request), { response, gone: gone.signal });
    } catch (error) {
      const refusal = error instanceof OutOfScriptError ? new ApiError(400, error.message) : error;
      if (!(refusal instanceof ApiError)) throw error;
      if (refusal.status === 400) record.failure = refusal.message;
      answerJson(response, refusal.status, errorBody(refusal));
    }
  };

  const server = await listenOnLoopback(port, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The client left in the middle of its upload, or this is a bug and must be seen.
      if (!request.destroyed || request.complete) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
      response.destroy();
    });
  });
  return {
    url: server.url,
    port: server.port,
    requests: log.requests,
    failures: log.failures,
    control,
    close: server.close,
  };
}
