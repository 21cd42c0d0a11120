// A JSON answer.
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
