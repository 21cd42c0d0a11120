// Whether the conversation still fits the model's window, and what must go when it does not: old results in one big step, then all but a summary.
import { clearedText, shortTranscript, TRANSCRIPT_BYTES, type TranscriptRecord } from '@tars/core';
import { asSent, clearedUpTo } from './messages.js';

export type Need =
  | { kind: 'none' }
  /** The results among the first `upTo` records go. */
  | { kind: 'clear'; upTo: number }
  /** A summary takes the place of the first `upTo` records, the goal excepted. */
  | { kind: 'sum up'; upTo: number }
  /** More than is kept of one task. */
  | { kind: 'full' };

/** Shares of the window from which old results are cleared, and from which all is summed up. */
const CLEAR_SHARE = 0.6;
const SUM_UP_SHARE = 0.8;
/** Each step breaks the prompt cache, so it must be worth it. */
const STEP_TOKENS = 30_000;
const STEP_SHARE = 0.15;
/** The newest replies keep their results; where nothing else helps, only the last one does. */
const KEPT_REPLIES = 4;
/** The last exchange stays whole beside a summary, unless it is larger than this. */
const EXCHANGE_SHARE = 0.3;
/** What is not summed up by then is summed up for the record's sake. */
const WHOLE_BYTES = (TRANSCRIPT_BYTES * 3) / 8;
const SHORT_BYTES = TRANSCRIPT_BYTES / 2;

/** Code has about three and a half; better too many than too few. */
const BYTES_PER_TOKEN = 3;
/** System text and tools. */
const FIXED_TOKENS = 3_000;

/** Nothing may be open, and nothing else is looked at: the same transcript needs the same. */
export function needOf(transcript: readonly TranscriptRecord[], windowTokens: number): Need {
  if (bytesSinceSummary(transcript) > WHOLE_BYTES) return summary(transcript, windowTokens);
  const used = usedTokens(transcript);
  if (used < CLEAR_SHARE * windowTokens) return { kind: 'none' };
  const isTight = used >= SUM_UP_SHARE * windowTokens;
  for (const kept of isTight ? [KEPT_REPLIES, 1] : [KEPT_REPLIES]) {
    const { upTo, gained } = clearable(transcript, kept);
    const isWorthIt = gained >= Math.min(STEP_TOKENS, STEP_SHARE * windowTokens);
    if (isWorthIt && used - gained < SUM_UP_SHARE * windowTokens) return { kind: 'clear', upTo };
  }
  return isTight ? summary(transcript, windowTokens) : { kind: 'none' };
}

/** What is left to do when the model says that it is too much, whatever was counted. */
export function needAfterRefusal(transcript: readonly TranscriptRecord[], windowTokens: number): Need {
  const { upTo, gained } = clearable(transcript, 1);
  return gained >= STEP_SHARE * windowTokens ? { kind: 'clear', upTo } : summary(transcript, windowTokens);
}

/** None where it would stand for no more than the one before. */
function summary(transcript: readonly TranscriptRecord[], windowTokens: number): Need {
  const last = transcript.findLastIndex(({ kind }) => kind === 'reply');
  const isLarge = tokensOf(transcript.slice(last)) > EXCHANGE_SHARE * windowTokens;
  // Notes at the end are news to the model.
  const upTo = isLarge ? transcript.findLastIndex(({ kind }) => kind === 'result' || kind === 'reply') + 1 : last;
  if (upTo <= summedUpTo(transcript)) return { kind: 'none' };
  const short = shortTranscript([...transcript, { kind: 'summary', turn: 0, upTo, text: '' }]);
  const bytes = transcript.reduce((sum, record, index) => sum + bytesOf(short.get(index) ?? record), 0);
  return bytes > SHORT_BYTES ? { kind: 'full' } : { kind: 'sum up', upTo };
}

/** Results that are not cleared yet, but for those of the `kept` newest replies, and how many tokens they would leave. */
function clearable(transcript: readonly TranscriptRecord[], kept: number): { upTo: number; gained: number } {
  const replies = transcript.flatMap(({ kind }, index) => (kind === 'reply' ? [index] : []));
  const upTo = replies.at(-kept) ?? 0;
  const from = Math.max(clearedUpTo(transcript), summedUpTo(transcript));
  const bytes = transcript.slice(from, upTo).reduce((sum, record) => {
    return record.kind === 'result' ? sum + Buffer.byteLength(record.text) - Buffer.byteLength(clearedText(record.text)) : sum;
  }, 0);
  return { upTo, gained: bytes / BYTES_PER_TOKEN };
}

/** As the service counted it last, and what came since by our own measure. */
export function usedTokens(transcript: readonly TranscriptRecord[]): number {
  const counted = transcript.findLastIndex((record) => record.kind === 'reply' && record.tokens !== undefined);
  const reply = transcript[counted];
  if (reply?.kind === 'reply' && reply.tokens !== undefined && counted > lastEdit(transcript)) {
    return reply.tokens + tokensOf(transcript.slice(counted + 1));
  }
  return FIXED_TOKENS + tokensOf(asSent(transcript));
}

const lastEdit = (transcript: readonly TranscriptRecord[]): number =>
  transcript.findLastIndex(({ kind }) => kind === 'cleared' || kind === 'summary');

const summedUpTo = (transcript: readonly TranscriptRecord[]): number =>
  Math.max(0, ...transcript.map((record) => (record.kind === 'summary' ? record.upTo : 0)));

const bytesSinceSummary = (transcript: readonly TranscriptRecord[]): number =>
  transcript.slice(summedUpTo(transcript)).reduce((sum, record) => sum + bytesOf(record), 0);

const tokensOf = (records: readonly TranscriptRecord[]): number =>
  records.reduce((sum, record) => (record.kind === 'intent' ? sum : sum + bytesOf(record)), 0) / BYTES_PER_TOKEN;

/** Records never change, so each is measured once. */
const measured = new WeakMap<TranscriptRecord, number>();

function bytesOf(record: TranscriptRecord): number {
  const known = measured.get(record);
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(JSON.stringify(record));
  measured.set(record, bytes);
  return bytes;
}
