// Where a runner's every word is redacted, before it is committed: nothing that it stores, tells or asks the model holds a secret it knows.
import {
  createRedactor,
  createRedactStream,
  createValueRedactor,
  type Event,
  plainText,
  type Redact,
  type TranscriptRecord,
} from '@tars/core';
import type { FromRunner } from '../protocol.js';
import type { RunnerRecord } from './record.js';

/** Names that tie records together, and what is signed or compared: no text of anybody's. */
const STRUCTURE = new Set([
  ...['type', 'kind', 'id', 'callId', 'confirmationId', 'questionId', 'messageId', 'messageIds', 'tool_use_id', 'name', 'tool', 'effect'],
  ...[
    'actionHash',
    'before',
    'after',
    'grant',
    'signature',
    'stopReason',
    'deadEnd',
    'phase',
    'purpose',
    'status',
    'sandbox',
    'model',
    'tree',
    'rule',
  ],
]);

/** The record with everything cleaned that goes to it; what the model reads next is what was stored. */
export function cleanRecord(record: RunnerRecord, secrets: readonly string[]): RunnerRecord {
  const redact = createRedactor(secrets);
  const known = createValueRedactor(secrets);
  const cleanEvents = (events: readonly Event[]) => events.map((event) => cleanEvent(event, redact));
  const cleanEntries = (records: readonly TranscriptRecord[]) => records.map((entry) => cleanEntry(entry, redact, known));
  return {
    ...record,
    commit: (events, records = []) => record.commit(cleanEvents(events), cleanEntries(records)),
    post: (events, records) => record.post(cleanEvents(events), cleanEntries(records)),
    hold: (events, records) => record.hold(cleanEvents(events), cleanEntries(records)),
  };
}

/** Events are shown to people. What is put to the owner stays as it is, to be shown with its disguises marked. */
function cleanEvent(event: Event, redact: Redact): Event {
  return event.type === 'confirmation.requested' ? textsOf(event, redact) : textsOf(event, (text) => redact(plainText(text)));
}

/** A reply is what the model will be held to: only what we know to be secret is taken out of it, and signed thoughts stay whole. */
function cleanEntry(entry: TranscriptRecord, redact: Redact, known: Redact): TranscriptRecord {
  if (entry.kind !== 'reply') return textsOf(entry, redact);
  return { ...entry, content: entry.content.map((block) => (block.type.endsWith('thinking') ? block : textsOf(block, known))) };
}

/** A copy with every text cleaned. */
function textsOf<T>(value: T, clean: Redact): T {
  return copied(value, clean) as T;
}

function copied(value: unknown, clean: Redact): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => copied(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, STRUCTURE.has(key) ? item : copied(item, clean)]));
}

/** The way to the supervisor with live output cleaned, however it is cut; what was held back follows the command's end. */
export function cleanSend(send: (message: FromRunner) => void, secrets: readonly string[]): (message: FromRunner) => void {
  const redact = createRedactor(secrets);
  let stream = createRedactStream(redact, secrets);
  let callId = '';
  const say = (chunk: string): void => {
    if (chunk !== '') send({ type: 'output', callId, chunk: plainText(chunk) });
  };
  return (message) => {
    if (message.type !== 'output') {
      if (message.type === 'commit') say(stream.end());
      send(message);
      return;
    }
    if (message.callId !== callId) {
      say(stream.end());
      stream = createRedactStream(redact, secrets);
      callId = message.callId;
    }
    say(stream.push(message.chunk));
  };
}
