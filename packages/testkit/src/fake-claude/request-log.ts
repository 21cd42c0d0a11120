// Everything that was asked of the server, and how each request ended.
import { appendFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

export type RecordedRequest = {
  /** Arrival; ISO. */
  at: string;
  method: string;
  path: string;
  /** As sent, but for keys: of those only that they were sent. */
  headers: IncomingHttpHeaders;
  body: unknown;
  conversation: string | null;
  turn: number | null;
  status: number | null;
  /** The kind of the fault that struck it. */
  fault: string | null;
  /** Why it was refused with 400. */
  failure: string | null;
  /** Null while it is open. */
  ended_at: string | null;
  /** False for an answer that broke off or never came. */
  answered_whole: boolean;
};

export type RequestLog = {
  open(request: Pick<RecordedRequest, 'method' | 'path' | 'headers' | 'body'>): RecordedRequest;
  end(record: RecordedRequest, how: { status: number | null; answeredWhole: boolean }): void;
  requests(): RecordedRequest[];
  failures(): string[];
};

/** With a file, each request is one JSON line in it, written when it has ended. */
export function createRequestLog(file: string | null, now: () => Date = () => new Date()): RequestLog {
  const records: RecordedRequest[] = [];
  return {
    open(request) {
      const record: RecordedRequest = {
        at: now().toISOString(),
        ...request,
        headers: withoutKeys(request.headers),
        conversation: null,
        turn: null,
        status: null,
        fault: null,
        failure: null,
        ended_at: null,
        answered_whole: false,
      };
      records.push(record);
      return record;
    },
    end(record, { status, answeredWhole }) {
      record.status = status;
      record.answered_whole = answeredWhole;
      record.ended_at = now().toISOString();
      if (file !== null) appendFileSync(file, `${JSON.stringify(record)}\n`);
    },
    requests: () => structuredClone(records),
    failures: () => records.flatMap(({ failure }) => (failure === null ? [] : [failure])),
  };
}

function withoutKeys(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const hidden = ['x-api-key', 'authorization'].filter((name) => name in headers).map((name) => [name, '[set]']);
  return { ...headers, ...Object.fromEntries(hidden) };
}
