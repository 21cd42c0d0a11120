// The wish to take back what a task did to its project, and what its worker answered.
import * as v from 'valibot';

export const UndoRefusal = v.picklist([
  /** The owner has worked on the same files since. */
  'changed_since',
  /** Another task works in the project. */
  'project_busy',
  /** The task worked in a worktree of its own: the project is as it was. */
  'isolated',
  'no_snapshot',
  'not_kept',
  'nothing_to_redo',
  'project_missing',
  'too_late',
  'broken',
]);
export type UndoRefusal = v.InferOutput<typeof UndoRefusal>;

export const Undo = v.object({
  requestId: v.string(),
  to: v.nullable(v.string()),
  force: v.boolean(),
  /** Milliseconds since 1970. */
  requestedAt: v.number(),
  /** Null until the worker on the project's machine has answered. */
  outcome: v.nullable(
    v.variant('kind', [
      v.object({ kind: v.literal('done'), written: v.number(), removed: v.number(), left: v.array(v.string()) }),
      v.object({ kind: v.literal('refused'), reason: UndoRefusal, paths: v.array(v.string()) }),
    ]),
  ),
});
export type Undo = v.InferOutput<typeof Undo>;

/** A wish that no worker took up for this long is void: the owner has gone on by then. */
export const UNDO_WAIT_MS = 10 * 60_000;

/** True while a worker may be changing the project's files: nothing else may happen to the task meanwhile. */
export const isUndoing = (undo: Undo | null, now: number): boolean =>
  undo !== null && undo.outcome === null && now - undo.requestedAt < UNDO_WAIT_MS;

const SENTENCES: Readonly<Record<UndoRefusal, string>> = {
  changed_since: 'these files were changed after the task',
  project_busy: 'another task is working in the project',
  isolated: 'it worked on a branch of its own, and the project is as it was',
  no_snapshot: 'no snapshot of the project is there',
  not_kept: 'the snapshot of that place was dropped to save space',
  nothing_to_redo: 'nothing has been undone yet',
  project_missing: 'the project folder is not there any more',
  too_late: 'no worker on its machine took it up in time',
  broken: 'it broke off; the log of the worker says why',
};

/** Why it was not done, as the end of a sentence. */
export const undoRefusalText = (reason: UndoRefusal): string => SENTENCES[reason];

/** `3 files put back, 1 removed`. */
export function undoneText({ written, removed, left }: { written: number; removed: number; left: readonly string[] }): string {
  if (written + removed + left.length === 0) return 'nothing had to be put back';
  const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);
  const rest = left.length === 0 ? '' : `, ${files(left.length)} could not be`;
  return `${files(written)} put back, ${removed} removed${rest}`;
}
