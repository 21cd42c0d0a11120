// Tells the supervisor when a tool call begins and when it has its result, for figures and traces.
import type { RecordOf } from '@tars/core';
import { TOOLS } from '../tools/toolset.js';
import type { Context } from './context.js';

/** What `work` resolves to. Its result is the one it resolves to or, where it has stored that itself, the one in the record. */
export async function told<T>({ record, send, now }: Context, callId: string, name: string, work: () => Promise<T>): Promise<T> {
  const tool = TOOLS.find((known) => known.name === name)?.name ?? 'unknown';
  send({ type: 'call', callId, tool, at: now() });
  const outcome = await work();
  const stored = record.transcript().findLast((entry) => entry.kind === 'result' && entry.callId === callId);
  const result = isResult(outcome) ? outcome : stored;
  send({ type: 'called', callId, isError: result?.kind === 'result' && result.isError, at: now() });
  return outcome;
}

const isResult = (outcome: unknown): outcome is RecordOf<'result'> =>
  typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'result';
