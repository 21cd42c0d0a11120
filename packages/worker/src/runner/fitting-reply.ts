// The model's next reply to a conversation that fits its window: room is made before it is asked, and once more when it says that it is too much.
import { costMicros } from '@tars/core';
import { ModelGaveUpError, type Reply } from '../model/client.js';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { toolDefinitions } from '../tools/toolset.js';
import type { Context } from './context.js';
import { toMessages } from './messages.js';
import { type Need, needAfterRefusal, needOf, usedTokens } from './room.js';
import { sumUp } from './sum-up.js';

export type Fitting = { kind: 'reply'; reply: Reply } | { kind: 'too large'; reason: string; message: string };

/** Above this share of the window a summary by the model itself would not fit any more. */
const ASKABLE_SHARE = 0.95;
/** A request may be rejected for many reasons; one that is small was not for its size. */
const LARGE_SHARE = 0.5;
const TOO_LARGE = {
  kind: 'too large',
  reason: 'context_too_large',
  message: 'The conversation has grown beyond what the model can take in.',
} as const;
const FULL = {
  kind: 'too large',
  reason: 'transcript_full',
  message: 'The task has grown beyond what is kept of one. Start a new one for what is left; its files stay as they are.',
} as const;

export async function fittingReply(context: Context): Promise<Fitting> {
  const { record, contextTokens } = context;
  const transcript = record.transcript();
  const canAsk = usedTokens(transcript) < ASKABLE_SHARE * contextTokens;
  if ((await makeRoom(context, needOf(transcript, contextTokens), canAsk)) === 'full') return FULL;
  const reply = await ask(context);
  if (reply !== null) return { kind: 'reply', reply };
  const need = needAfterRefusal(record.transcript(), contextTokens);
  if (need.kind === 'none') return TOO_LARGE;
  if ((await makeRoom(context, need, false)) === 'full') return FULL;
  const again = await ask(context, { mayBeLarge: false });
  return again === null ? TOO_LARGE : { kind: 'reply', reply: again };
}

async function makeRoom(context: Context, need: Need, canAsk: boolean): Promise<'full' | 'made'> {
  const { record, send } = context;
  if (need.kind === 'full') return 'full';
  if (need.kind === 'none') return 'made';
  send({ type: 'log', level: 'info', msg: 'room is made in the conversation', fields: { how: need.kind, records: need.upTo } });
  if (need.kind === 'sum up') await sumUp(context, need.upTo, canAsk);
  else await record.commit([], [{ kind: 'cleared', turn: record.task().turns, upTo: need.upTo }]);
  return 'made';
}

/** Null when the conversation is too large for the model. `mayBeLarge`: whether a rejection that gives no such reason may still have it. */
async function ask({ record, model, contextTokens, prices, signal, now }: Context, { mayBeLarge = true } = {}): Promise<Reply | null> {
  const transcript = record.transcript();
  try {
    const reply = await model.turn({ system: SYSTEM_PROMPT, tools: toolDefinitions(), messages: toMessages(transcript) }, signal);
    if (reply.stopReason !== 'model_context_window_exceeded') return reply;
    // Half of a reply is of no use; it was a turn, and it costs.
    const turn = record.task().turns + 1;
    const { usage, model: name } = reply;
    await record.commit([
      { type: 'turn.replied', at: now(), turn, model: name, usage, costMicros: costMicros(name, usage, prices), says: '' },
    ]);
    return null;
  } catch (error) {
    if (!(error instanceof ModelGaveUpError)) throw error;
    const isLarge = mayBeLarge && error.reason === 'model_rejected' && usedTokens(transcript) >= LARGE_SHARE * contextTokens;
    if (error.reason === 'context_too_large' || isLarge) return null;
    throw error;
  }
}
