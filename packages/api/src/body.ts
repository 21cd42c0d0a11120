// Reads a request's body once, bounded, and turns it into a value of a schema or a refusal.
import type { HonoRequest } from 'hono';
import * as v from 'valibot';
import { type Refusal, refusal } from './refusal.js';
import { parseStrictJson } from './strict-json.js';

export const MAX_BODY_BYTES = 64 * 1024;

const TOO_LARGE = refusal(413, 'too_large', `The body is larger than ${MAX_BODY_BYTES / 1024} KB.`);
const NOT_JSON = refusal(415, 'not_json', 'Send JSON in UTF-8, with the header Content-Type: application/json.');

/** The raw bytes, which a signature is checked against; refused as soon as they are too many. */
export async function readBytes(request: HonoRequest): Promise<{ ok: true; bytes: Buffer } | Refusal> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.raw.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return TOO_LARGE;
    chunks.push(chunk);
  }
  return { ok: true, bytes: Buffer.concat(chunks) };
}

/** What the bytes say, as `schema` wants it. `whenEmpty` stands in for a body that is not there. */
export function parseBody<const Schema extends v.GenericSchema>(
  request: HonoRequest,
  bytes: Buffer,
  schema: Schema,
  whenEmpty?: unknown,
): { ok: true; value: v.InferOutput<Schema> } | Refusal {
  const read = bytes.length === 0 && whenEmpty !== undefined ? ({ ok: true, value: whenEmpty } as const) : readJson(request, bytes);
  if (!read.ok) return read;
  const parsed = v.safeParse(schema, read.value);
  return parsed.success ? { ok: true, value: parsed.output } : badBody(parsed.issues.map(inWords).join(' '));
}

export const badBody = (message: string): Refusal => refusal(400, 'bad_body', message);

function readJson(request: HonoRequest, bytes: Buffer): { ok: true; value: unknown } | Refusal {
  const type = request.header('content-type') ?? '';
  if (!/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(type)) return NOT_JSON;
  if ((request.header('content-encoding') ?? 'identity') !== 'identity') return NOT_JSON;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return NOT_JSON;
  }
  if (text.trim() === '') return badBody('The body is empty; a JSON object was expected.');
  const parsed = parseStrictJson(text);
  return parsed.ok ? parsed : badBody(parsed.problem);
}

/** Names keys of ours only: what the sender wrote, key or value, is never repeated. */
function inWords(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (path === null || issue.expected === null) return 'A JSON object was expected.';
  return issue.expected === 'never' ? 'There is a key that is not known here.' : `${path} must be ${issue.expected}.`;
}
