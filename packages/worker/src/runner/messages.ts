// The model's messages, rebuilt from the transcript: what is stored is what the model saw, and sees again, byte for byte.
import type Anthropic from '@anthropic-ai/sdk';
import { clearedText, openCallIds, type RecordOf, type TranscriptRecord } from '@tars/core';
import { TOOLS } from '../tools/toolset.js';

/** Notes and results between two replies make one user message, results first: the API wants every call answered at once. */
export function toMessages(transcript: readonly TranscriptRecord[]): Anthropic.MessageParam[] {
  const messages: Anthropic.MessageParam[] = [];
  let results: Anthropic.ToolResultBlockParam[] = [];
  let notes: Anthropic.TextBlockParam[] = [];
  const flush = () => {
    if (results.length + notes.length > 0) messages.push({ role: 'user', content: [...results, ...notes] });
    results = [];
    notes = [];
  };
  for (const record of asSent(transcript)) {
    switch (record.kind) {
      case 'reply':
        // The API takes no empty message; an empty reply is a claim of "done" and leaves no trace. Nor does one that declines:
        // it ended the task, and said again it would only be declined again.
        if (record.content.length === 0 || (record.stopReason === 'refusal' && !callsTools(record))) break;
        flush();
        messages.push({ role: 'assistant', content: record.content as unknown as Anthropic.ContentBlockParam[] });
        break;
      case 'result':
        results.push({
          type: 'tool_result',
          tool_use_id: record.callId,
          content: record.text,
          ...(record.isError ? { is_error: true } : {}),
        });
        break;
      case 'note':
      case 'summary':
        notes.push({ type: 'text', text: record.text });
        break;
      case 'intent':
      case 'cleared':
        break;
    }
  }
  flush();
  return messages;
}

/** The records with everything put aside that was put aside by then: the goal, the last summary, and what came after it. */
export function asSent(transcript: readonly TranscriptRecord[]): readonly TranscriptRecord[] {
  const edited = transcript.findLastIndex(({ kind }) => kind === 'cleared' || kind === 'summary');
  if (edited === -1) return transcript;
  const upTo = clearedUpTo(transcript);
  const summary = transcript.findLast((record): record is RecordOf<'summary'> => record.kind === 'summary');
  const sent = transcript.flatMap((record, index) => {
    if (record.kind === 'summary' || (summary !== undefined && index > 0 && index < summary.upTo)) return [];
    if (record.kind === 'result' && index < upTo) return [{ ...record, text: clearedText(record.text) }];
    // A thought is bound to all that was said before it: what changes that takes it away.
    if (record.kind === 'reply' && index < edited) return [{ ...record, content: record.content.filter(({ type }) => !isThought(type)) }];
    return [record];
  });
  return summary === undefined ? sent : [...sent.slice(0, 1), summary, ...sent.slice(1)];
}

/** The number of records, from the first, whose results are cleared. */
export const clearedUpTo = (transcript: readonly TranscriptRecord[]): number =>
  Math.max(0, ...transcript.map((record) => (record.kind === 'cleared' ? record.upTo : 0)));

const isThought = (type: string): boolean => type === 'thinking' || type === 'redacted_thinking';
const callsTools = ({ content }: RecordOf<'reply'>): boolean => content.some(({ type }) => type === 'tool_use');

export type ToolCall = { id: string; name: string; input: unknown };

/** The calls of the last reply that have no result yet, in the model's order; with the intent that was stored, if one was. */
export function openCalls(transcript: readonly TranscriptRecord[]): { call: ToolCall; intent: RecordOf<'intent'> | null }[] {
  const open = new Set(openCallIds(transcript));
  const last = transcript.findLastIndex((record) => record.kind === 'reply');
  const reply = transcript[last];
  if (reply?.kind !== 'reply') return [];
  return reply.content.flatMap((block) => {
    if (!open.has(String(block.id))) return [];
    const intent = transcript.slice(last + 1).find((record) => record.kind === 'intent' && record.callId === block.id);
    return [
      { call: { id: String(block.id), name: String(block.name), input: block.input }, intent: intent?.kind === 'intent' ? intent : null },
    ];
  });
}

const DEEDS: ReadonlySet<unknown> = new Set(TOOLS.filter(({ kind }) => kind === 'command' || kind === 'edit').map(({ name }) => name));

/** True where the first call of a reply is one that is carried out by an intent of its own. */
export const beginsWithDeed = (content: readonly { type: string; name?: unknown }[]): boolean =>
  DEEDS.has(content.find(({ type }) => type === 'tool_use')?.name);

/** What the model said in words, for the short comment beside an edit and for a summary. */
export function wordsOf(content: readonly { type: string; text?: unknown }[]): string {
  return content
    .flatMap((block) => (block.type === 'text' && typeof block.text === 'string' ? [block.text.trim()] : []))
    .filter((text) => text !== '')
    .join('\n');
}
