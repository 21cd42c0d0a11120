// One edit: planned, its intent stored with the hashes of before and after, made, and its result stored.
import type { RecordOf } from '@tars/core';
import { planEdit } from '../tools/plan-edit.js';
import type { EditInvocation } from '../tools/toolset.js';
import type { Context } from './context.js';
import { wordsOf } from './messages.js';
import { error, ok, resultOf } from './perform.js';

const WORDS_CHARS = 120;

export async function editFile(context: Context, callId: string, call: EditInvocation, intent: RecordOf<'intent'> | null): Promise<void> {
  const { record, phases, now } = context;
  const answer = (text: string, isError: boolean) => record.commit([], [resultOf(context, callId, isError ? error(text) : ok(text))]);
  const plan = await planEdit(call, record.task().project);
  if (intent !== null && plan.currentHash === intent.after) return answer('Done (before an interruption; the file is as wanted).', false);
  if (intent !== null && plan.currentHash !== intent.before) {
    return answer('Interrupted by a restart, and the file is neither as it was nor as wanted. Read it before editing again.', true);
  }
  if (!plan.ok) return answer(plan.text, true);
  if (intent === null) {
    await record.commit(
      [...phases.beforeEdit(), { type: 'edit.intended', at: now(), callId, path: plan.path, creates: plan.currentHash === null }],
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
  }
  await plan.make();
  await record.commit(
    [{ type: 'edit.made', at: now(), callId, path: plan.path, created: plan.currentHash === null, words: fewWords(context) }],
    [resultOf(context, callId, ok(plan.text))],
  );
}

/** The first line the model said with the reply that holds the edit. */
function fewWords({ record }: Context): string {
  const reply = record.transcript().findLast((entry) => entry.kind === 'reply');
  const line = reply?.kind === 'reply' ? (wordsOf(reply.content).split('\n', 1)[0] ?? '') : '';
  return line.length <= WORDS_CHARS ? line : `${line.slice(0, WORDS_CHARS - 1)}…`;
}
