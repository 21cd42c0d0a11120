// A webhook on loopback that takes whatever is posted and fails on request, as n8n would.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BadInputError, parseInput } from '../bad-input.js';
import { answerJson } from '../http/answer.js';
import { parseJson, readBody } from '../http/body.js';
import { listenOnLoopback } from '../http/loopback-server.js';
import { type Attempt, createDeliveries, type Delivery } from './deliveries.js';
import { createFaultSwitch, N8nFault, type N8nFaultInput } from './faults.js';

const MAX_BODY_BYTES = 16 * 1024 * 1024;

export type FakeN8n = {
  /** Any path under it is a webhook. */
  url: string;
  port: number;
  /** What was answered 2xx, in order. */
  deliveries(): Delivery[];
  /** Everything that was tried, failures included. */
  attempts(): Attempt[];
  /** The first delivery that satisfies, arrived already or yet to come; rejects after `timeoutMs` (5 s) with what came instead. */
  waitFor(predicate: (delivery: Delivery) => boolean, timeoutMs?: number): Promise<Delivery>;
  /** As `POST /faults`: replaces the fault before it; `{}` ends it. */
  faults(fault: N8nFaultInput): void;
  close(): Promise<void>;
};

/** `out`: a file for one JSON line per delivery. */
export async function startFakeN8n({ port = 0, out = null }: { port?: number; out?: string | null } = {}): Promise<FakeN8n> {
  const store = createDeliveries(out);
  const switched = createFaultSwitch();
  const setFault = (input: unknown): (() => void) => {
    const fault = parseInput(N8nFault, input, 'The fault');
    switched.set(fault);
    return () => {
      if (fault.refuse_ms !== undefined) server.refuseFor(fault.refuse_ms);
    };
  };

  const takeFault = (response: ServerResponse, input: unknown) => {
    try {
      // A refusal drops every connection, so the answer goes out first.
      response.once('finish', setFault(input));
      answerJson(response, 200, { ok: true });
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error;
      answerJson(response, 400, { error: error.message });
    }
  };

  const takeDelivery = async (delivery: Delivery, response: ServerResponse) => {
    const fault = switched.take();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (fault?.delay_ms !== undefined) await delay(fault.delay_ms, undefined, { signal: gone.signal }).catch(() => {});
    if (gone.signal.aborted || fault?.cut === true || fault?.drop === true) {
      store.record({ ...delivery, outcome: 'failed', status: null });
      if (fault?.drop !== true) response.destroy();
      return;
    }
    const status = fault?.status ?? 200;
    store.record({ ...delivery, outcome: status < 300 ? 'delivered' : 'failed', status });
    if (fault?.lose_answer === true) {
      response.destroy();
      return;
    }
    const headers = fault?.retry_after === undefined ? {} : { 'retry-after': String(fault.retry_after) };
    answerJson(response, status, status < 300 ? { message: 'Workflow was started' } : { message: `Scripted status ${status}` }, headers);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new Date().toISOString();
    const path = request.url ?? '/';
    const text = await readBody(request, MAX_BODY_BYTES);
    if (text === null) return answerJson(response, 413, { message: 'too large' });
    const body = text === '' ? null : (parseJson(text) ?? text);
    switch (`${request.method} ${path}`) {
      case 'GET /_deliveries':
        return answerJson(response, 200, store.deliveries());
      case 'GET /_attempts':
        return answerJson(response, 200, store.attempts());
      case 'POST /faults':
        return takeFault(response, body ?? {});
      default:
        if (request.method !== 'POST') return answerJson(response, 404, { message: `The webhook takes POST, not ${request.method}` });
        return takeDelivery({ at, path, headers: request.headers, body }, response);
    }
  };

  const server = await listenOnLoopback(port, (request, response) => {
    // The sender left in the middle of its upload: nothing was delivered.
    answer(request, response).catch(() => response.destroy());
  });
  return {
    url: server.url,
    port: server.port,
    deliveries: store.deliveries,
    attempts: store.attempts,
    waitFor: store.waitFor,
    faults: (fault) => setFault(fault)(),
    close: server.close,
  };
}
