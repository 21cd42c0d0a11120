// The transcript as a person reads it: who said what, which tool was called with what, and what came back.
import { createRedactor, plainText, type TranscriptRecord } from '@tars/core';

const SHOWN_INPUT_CHARS = 400;

/** Null for what only the machinery needs. */
export function readable(record: TranscriptRecord): string | null {
  switch (record.kind) {
    case 'note':
      return under(record.messageId === undefined ? 'TARS' : `TARS (seen at turn ${record.turn})`, record.text);
    case 'reply':
      return [`─── turn ${record.turn} ───`, ...record.content.flatMap(block)].join('\n');
    case 'result':
      return under(record.isError ? 'error' : 'result', record.text);
    case 'summary':
      return under('TARS (the conversation before this was put aside)', record.text);
    case 'intent':
    case 'cleared':
      return null;
  }
}

function block(content: { type: string; [field: string]: unknown }): string[] {
  if (content.type === 'text') return [under('Claude', String(content.text ?? ''))];
  return content.type === 'tool_use' ? [`→ ${String(content.name)} ${inputText(content.input)}`] : [];
}

function inputText(input: unknown): string {
  const fields = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  return fields
    .map(([name, value]) => `${name}: ${shortened(seen(typeof value === 'string' ? value : JSON.stringify(value)))}`)
    .join('\n  ');
}

const shortened = (text: string): string =>
  text.length > SHOWN_INPUT_CHARS ? `${text.slice(0, SHOWN_INPUT_CHARS)}… (${text.length} characters)` : text;

const under = (speaker: string, text: string): string => `${speaker}: ${seen(text).trimEnd().replaceAll('\n', '\n  ')}`;

/** The model's own calls are kept as it made them: what looks like a secret there, or would move the cursor, is for no terminal. */
const redact = createRedactor([]);
const seen = (text: string): string => redact(plainText(text));
