// What the model is no longer sent is kept in short, so that the transcript of a long task stays within its bounds.
import type { TranscriptRecord } from './transcript.js';

/** What the record keeps of one task's transcript at most. */
export const TRANSCRIPT_BYTES = 8 * 1024 * 1024;

/** Shorter texts are not worth a word in their place. */
const SHORT_CHARS = 400;
const FIRST_LINE_CHARS = 200;
const CLEARED = '[The rest was cleared to make room. Call again if you still need it.]';

/** What stands for a result that was cleared. The same for a text that was shortened in the record before. */
export function clearedText(text: string): string {
  if (text.length <= SHORT_CHARS) return text;
  return `${text.slice(0, FIRST_LINE_CHARS).split('\n', 1)[0]}\n${CLEARED}`;
}

/** The records that may be kept in short, by their index: the model is sent the same with or without them. */
export function shortTranscript(records: readonly TranscriptRecord[]): Map<number, TranscriptRecord> {
  const short = new Map<number, TranscriptRecord>();
  const upTo = (kind: 'cleared' | 'summary') => Math.max(0, ...records.map((record) => (record.kind === kind ? record.upTo : 0)));
  const [cleared, summed] = [upTo('cleared'), upTo('summary')];
  for (const [index, record] of records.slice(0, Math.max(cleared, summed)).entries()) {
    const shorter = index < summed && index > 0 ? summedUp(record) : record.kind === 'result' ? withoutText(record) : record;
    if (shorter !== record) short.set(index, shorter);
  }
  return short;
}

function summedUp(record: TranscriptRecord): TranscriptRecord {
  switch (record.kind) {
    case 'reply':
      return hasLongText(record.content) ? { ...record, content: record.content.map((block) => cut(block) as typeof block) } : record;
    case 'result':
      return withoutText(record);
    case 'note':
    case 'summary':
      return record.text.length <= SHORT_CHARS ? record : { ...record, text: cut(record.text) as string };
    default:
      return record;
  }
}

function withoutText(record: Extract<TranscriptRecord, { kind: 'result' }>): TranscriptRecord {
  const text = clearedText(record.text);
  return text === record.text ? record : { ...record, text };
}

const hasLongText = (value: unknown): boolean =>
  typeof value === 'string' ? isLong(value) : typeof value === 'object' && value !== null && Object.values(value).some(hasLongText);

function cut(value: unknown): unknown {
  if (typeof value === 'string') return isLong(value) ? `${value.slice(0, FIRST_LINE_CHARS)}…` : value;
  if (Array.isArray(value)) return value.map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cut(inner)]));
}

const isLong = (text: string): boolean => text.length > SHORT_CHARS;
