// One edit: planned, its intent stored with the hashes of before and after, made, and its result stored.
import type { RecordOf } from '@tars/core';
import { planEdit } from '../tools/plan-edit.js';
import type { EditInvocation } from '../tools/toolset.js';
import { closed } from './ask-owner.js';
import type { Context } from './context.js';
import { OPEN, passEditGate } from './edit-gate.js';
import { wordsOf } from './messages.js';
import { error, ok, resultOf } from './perform.js';
import { unlessRevoked } from './record.js';

const WORDS_CHARS = 120;

export async function editFile(context: Context, callId: string, call: EditInvocation, intent: RecordOf<'intent'> | null): Promise<void> {
  const { record, phases, now } = context;
  const answer = (text: string, isError: boolean) => record.commit([], [resultOf(context, callId, isError ? error(text) : ok(text))]);
  const planned = await tried(planEdit(call, record.task().project));
  if (!planned.ok) return answer(`${call.input.path} cannot be edited: ${planned.why}`, true);
  const plan = planned.value;
  if (intent !== null && plan.currentHash === intent.after) return answer('Done (before an interruption; the file is as wanted).', false);
  if (intent !== null && plan.currentHash !== intent.before) {
    return answer('Interrupted by a restart, and the file is neither as it was nor as wanted. Read it before editing again.', true);
  }
  if (!plan.ok) return answer(plan.text, true);
  const passage = intent === null ? await passEditGate(context, { callId, call, plan }) : OPEN;
  if (passage.kind === 'closed') return answer(passage.text, true);
  const { confirmationId } = passage;
  await context.steps.before(callId, { afresh: confirmationId !== null });
  if (intent === null) {
    const asked = confirmationId === null ? {} : { confirmationId };
    const creates = plan.currentHash === null;
    const stored = record.commit(
      [...phases.beforeEdit(), { type: 'edit.intended', at: now(), callId, path: plan.path, creates, ...asked }],
      [
        {
          kind: 'intent',
          turn: record.task().turns,
          callId,
          tool: call.name,
          effect: 'edit',
          path: plan.path,
          before: plan.currentHash,
          after: plan.afterHash,
        },
      ],
    );
    if ((await stored.catch(unlessRevoked)) === 'revoked') return answer(closed('The owner took the yes back.').text, true);
  }
  const made = await tried(plan.make());
  if (!made.ok) return answer(`${plan.path} could not be written: ${made.why}`, true);
  await record.post(
    [{ type: 'edit.made', at: now(), callId, path: plan.path, created: plan.currentHash === null, words: fewWords(context) }],
    [resultOf(context, callId, ok(plan.text))],
  );
}

type Tried<T> = { ok: true; value: T } | { ok: false; why: string };

/** What the file system refuses (no permission, a file where a folder should be, a full disk) is for the model to hear. */
async function tried<T>(work: Promise<T>): Promise<Tried<T>> {
  try {
    return { ok: true, value: await work };
  } catch (reason) {
    return { ok: false, why: reason instanceof Error ? reason.message : String(reason) };
  }
}

/** The first line the model said with the reply that holds the edit. */
function fewWords({ record }: Context): string {
  const reply = record.transcript().findLast((entry) => entry.kind === 'reply');
  const line = reply?.kind === 'reply' ? (wordsOf(reply.content).split('\n', 1)[0] ?? '') : '';
  return line.length <= WORDS_CHARS ? line : `${line.slice(0, WORDS_CHARS - 1)}…`;
}
