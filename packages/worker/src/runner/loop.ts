// The loop: think, perform, and have every "done" checked, until the task is settled or no longer ours.
import { agentWords, costMicros, type RecordOf, type Usage } from '@tars/core';
import { firstNote } from '../prompt/first-note.js';
import { claimDone } from './claim-done.js';
import type { Context } from './context.js';
import { standsAtCap } from './cost-cap.js';
import { costNotice, unknownCostNotice } from './cost-notice.js';
import { fittingReply } from './fitting-reply.js';
import { hearOwner, isUnheard } from './hear-owner.js';
import { keepGoing } from './keep-going.js';
import { leaveDeadEnd } from './leave-dead-end.js';
import { beginsWithDeed, openCalls, wordsOf } from './messages.js';
import { perform } from './perform.js';
import { tellOfLimits } from './wrap-up.js';

/** Where the transcript stands decides what comes next, so an attempt goes on exactly where the one before it stopped. */
export async function runTask(context: Context): Promise<void> {
  const { record } = context;
  if (record.transcript().length === 0) await record.hold([], [await firstNote(record.task(), context.preferences)]);
  for (;;) {
    if (openCalls(record.transcript()).length > 0) {
      await context.ready();
      if ((await perform(context)) === 'ended') return;
      continue;
    }
    await record.look();
    const last = record.transcript().at(-1);
    if (last?.kind !== 'reply' || isUnheard(context)) {
      if ((await think(context)) === 'ended') return;
      continue;
    }
    await context.ready();
    if ((await afterWords(context, last)) === 'ended') return;
  }
}

/** One request to the model; a limit reached ends the task instead. */
async function think(context: Context): Promise<'goes on' | 'ended'> {
  const { record, steps, phases, prices, now } = context;
  const task = record.task();
  if (task.turns >= task.limits.turns) return fail(context, 'max_turns', `The limit of ${task.limits.turns} turns is reached.`);
  if (await standsAtCap(context)) return 'ended';
  const inCircles = await leaveDeadEnd(context);
  if (inCircles !== null) return fail(context, 'dead_end', inCircles);
  await hearOwner(context);
  await tellOfLimits(context);
  steps.lookAhead();
  if (task.phase === 'started') await record.commit([...phases.enter('planning'), ...unknownCostNotice(record.task(), prices, now())]);
  const fitting = await fittingReply(context);
  if (fitting.kind === 'too large') return fail(context, fitting.reason, fitting.message);
  await context.ready();
  const { content, stopReason, usage, model, declined } = fitting.reply;
  const turn = record.task().turns + 1;
  const replyMicros = costMicros(model, usage, prices);
  // Where a deed comes first its intent is about to be stored: one commit for both.
  const store = beginsWithDeed(content) ? record.hold : record.commit;
  await store(
    [
      {
        type: 'turn.replied',
        at: now(),
        turn,
        model,
        usage,
        costMicros: replyMicros,
        says: wordsOf(content).slice(0, 500),
      },
      ...costNotice(record.task(), replyMicros, now()),
    ],
    [
      {
        kind: 'reply',
        turn,
        content: content.map((block) => ({ ...block })),
        stopReason,
        tokens: tokensIn(usage),
        ...(declined === undefined ? {} : { declined }),
      },
    ],
  );
  return 'goes on';
}

/** The whole conversation as the service counted it, the reply included. */
const tokensIn = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Usage): number =>
  input + output + cacheRead + cacheWrite5m + cacheWrite1h;

/** A reply without calls is a claim that all is done, unless it only broke off. */
async function afterWords(context: Context, { stopReason, content, declined }: RecordOf<'reply'>): Promise<'goes on' | 'ended'> {
  const { record } = context;
  const words = wordsOf(content);
  const note = (text: string) => record.commit([], [{ kind: 'note', turn: record.task().turns, text }]);
  switch (stopReason) {
    case 'max_tokens':
      await note(keepGoing('cutOff'));
      return 'goes on';
    case 'pause_turn':
      await note(keepGoing('paused'));
      return 'goes on';
    case 'refusal':
      return fail(
        context,
        'refused_by_model',
        `Claude declined to go on: ${agentWords((words || (declined ?? '')).slice(0, 300)) || 'no reason given'}`,
      );
    case 'model_context_window_exceeded':
      return fail(context, 'context_too_large', 'The conversation has grown beyond what the model can take in.');
    case 'end_turn':
    case 'stop_sequence':
    case 'tool_use':
      return claimDone(context, words, null);
    default:
      await note(
        `Your reply ended in a way that is not known here (${stopReason.slice(0, 60)}). Go on; call finish when the goal is reached.`,
      );
      return 'goes on';
  }
}

async function fail(context: Context, reason: string, message: string): Promise<'ended'> {
  await context.ready();
  const { record, shell, steps, now } = context;
  await shell.close();
  await steps.end();
  await record.commit([{ type: 'task.failed', at: now(), reason, message }]);
  return 'ended';
}
