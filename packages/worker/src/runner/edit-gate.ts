// The same door for edits: what would leave a file empty, or nearly so, asks as the shell line that does it would.
import { join } from 'node:path';
import { planEdit } from '../tools/plan-edit.js';
import type { EditInvocation } from '../tools/toolset.js';
import { askOwner, type Ruling, type Weighed } from './ask-owner.js';
import type { Context } from './context.js';
import { keptInGit } from './effect/kept-in-git.js';
import { wordsOf } from './messages.js';

type Plan = Extract<Awaited<ReturnType<typeof planEdit>>, { ok: true }>;
export type EditPassage = { kind: 'open'; confirmationId: string | null } | Extract<Ruling, { kind: 'closed' }>;

export const OPEN: EditPassage = { kind: 'open', confirmationId: null };

/** As safety says of `> file`. */
const OVERWRITE = { reason: 'overwrite files', rule: 'redirect-nothing' };

export async function passEditGate(
  context: Context,
  { callId, call, plan }: { callId: string; call: EditInvocation; plan: Plan },
): Promise<EditPassage> {
  const { record } = context;
  const { project } = record.task();
  const { loss, path } = plan;
  if (loss === null || wasCreated(context, path)) return OPEN;
  const file = { path: join(project, path), bytes: loss.bytesBefore };
  // Most of a file may go where git has all of it; leaving nothing is never an ordinary edit.
  if (loss.what === 'nearly all' && (await keptInGit(project, [file])).asTheyAre === 1) return OPEN;
  const command = `${call.name} ${path} (${loss.what === 'all' ? 'leaves it empty' : `leaves ${loss.bytesAfter} of ${loss.bytesBefore} bytes`})`;
  return askOwner(context, { callId, command, agentSays: reasonOf(context) }, async (): Promise<Weighed> => {
    const now = await planEdit(call, project);
    const content = now.ok ? now.afterHash : 'cannot be made';
    return {
      cwd: project,
      ...OVERWRITE,
      access: [],
      bound: { [`file ${path}`]: now.currentHash ?? 'absent', 'its new content': content },
      effect: async () => effectOf(loss.bytesBefore, (await keptInGit(project, [file])).asTheyAre === 1),
    };
  });
}

const effectOf = (bytes: number, isKept: boolean): string =>
  `1 file of ${bytes} bytes loses ${isKept ? 'its content, which git still has' : 'content that git does not have'}`;

/** What the task has made itself is its own to empty. */
const wasCreated = ({ record }: Context, path: string): boolean =>
  record.transcript().some((entry) => entry.kind === 'intent' && entry.effect === 'edit' && entry.path === path && entry.before === null);

const REASON_CHARS = 200;

/** What the model said with the call, as its own words stand beside a command. */
function reasonOf({ record }: Context): string {
  const reply = record.transcript().findLast((entry) => entry.kind === 'reply');
  return reply?.kind === 'reply' ? wordsOf(reply.content).slice(0, REASON_CHARS) : '';
}
