// Carries out the open calls of a reply: what only reads runs side by side, what changes the world in the model's order.
import type { RecordOf } from '@tars/core';
import { clampOutput } from '../tools/clamp-output.js';
import { type ParsedCall, parseToolCall, type ReadInvocation, type ToolInvocation } from '../tools/toolset.js';
import { askUser } from './ask-user.js';
import { claimDone } from './claim-done.js';
import type { Context } from './context.js';
import { editFile } from './edit-file.js';
import { openCalls, type ToolCall } from './messages.js';
import { readOnly } from './read-only.js';
import { runCommand } from './run-command.js';
import { told } from './tell-call.js';

export type Result = { text: string; isError: boolean };
type Open = { call: ToolCall; intent: RecordOf<'intent'> | null };

export async function perform(context: Context): Promise<'goes on' | 'ended'> {
  for (let open = openCalls(context.record.transcript()); open.length > 0; open = openCalls(context.record.transcript())) {
    await context.record.look();
    if (brokeOff(context)) {
      await answerAll(context, open, 'The reply broke off before its end, so this call was not carried out. Repeat it in smaller pieces.');
      return 'goes on';
    }
    const parsed = open.map((entry) => ({ ...entry, parsed: parseToolCall(entry.call.name, entry.call.input) }));
    const reads = leadingReads(parsed);
    if (reads.length > 0) {
      const results = await Promise.all(
        reads.map(async ({ callId, call }) =>
          told(context, callId, call.name, async () => resultOf(context, callId, await readOnly(context, call))),
        ),
      );
      await context.record.post([], results);
      continue;
    }
    const [next] = parsed;
    if (next === undefined) continue;
    const { call, intent } = next;
    const { parsed: understood } = next;
    const outcome = await told(context, call.id, call.name, async () => {
      if (understood.ok) return change(context, call.id, understood.call, intent);
      await context.record.commit([], [resultOf(context, call.id, error(understood.text))]);
      return 'goes on';
    });
    if (outcome === 'ended') return 'ended';
  }
  return 'goes on';
}

/** The calls before the first one that may change something. */
function leadingReads(calls: readonly { call: ToolCall; parsed: ParsedCall }[]): { callId: string; call: ReadInvocation }[] {
  const reads: { callId: string; call: ReadInvocation }[] = [];
  for (const { call, parsed } of calls) {
    if (!parsed.ok || parsed.call.kind !== 'read') break;
    reads.push({ callId: call.id, call: parsed.call });
  }
  return reads;
}

async function change(context: Context, callId: string, call: ToolInvocation, intent: Open['intent']): Promise<'goes on' | 'ended'> {
  switch (call.name) {
    case 'bash':
      await runCommand(context, callId, call.input, intent);
      return 'goes on';
    case 'write_file':
    case 'edit_file':
      await editFile(context, callId, call, intent);
      return 'goes on';
    case 'update_plan':
      await context.record.commit(
        [{ type: 'plan.updated', at: context.now(), steps: call.input.steps }],
        [resultOf(context, callId, ok('Plan noted.'))],
      );
      return 'goes on';
    case 'ask_user':
      await askUser(context, callId, call.input);
      return 'goes on';
    case 'finish':
      return claimDone(context, call.input.summary, callId);
    default:
      throw new Error(`${call.name} only reads and was to be carried out with the others.`);
  }
}

/** Where a reply ends like this its last call may be half a call, and the others were part of something longer. */
const BROKEN_OFF = new Set(['max_tokens', 'model_context_window_exceeded', 'refusal']);

function brokeOff({ record }: Context): boolean {
  const reply = record.transcript().findLast((entry) => entry.kind === 'reply');
  return reply?.kind === 'reply' && BROKEN_OFF.has(reply.stopReason);
}

async function answerAll(context: Context, open: readonly Open[], text: string): Promise<void> {
  await context.record.commit(
    [],
    open.map(({ call }) => resultOf(context, call.id, error(text))),
  );
}

export const ok = (text: string): Result => ({ text, isError: false });
export const error = (text: string): Result => ({ text, isError: true });

/** Whatever a tool says, the record keeps no more of one result. */
const MOST_RESULT_CHARS = 32_000;

/** What came back to the model, as the transcript keeps it. */
export const resultOf = ({ record }: Context, callId: string, { text, isError }: Result): RecordOf<'result'> => ({
  kind: 'result',
  turn: record.task().turns,
  callId,
  text: clampOutput(text, MOST_RESULT_CHARS),
  isError,
});
