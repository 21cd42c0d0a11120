// What a task has changed in its project, as its owner reads it.
import * as v from 'valibot';

export const TaskDiff = v.object({
  /** When the project was looked at, in milliseconds since 1970. */
  at: v.number(),
  files: v.array(
    v.object({
      path: v.string(),
      status: v.picklist(['added', 'changed', 'deleted']),
      insertions: v.number(),
      deletions: v.number(),
      isBinary: v.boolean(),
    }),
  ),
  insertions: v.number(),
  deletions: v.number(),
  /** Unified; of binary files only that they differ. */
  patch: v.string(),
  /** The patch ends before its end. */
  isCut: v.boolean(),
  /** What no snapshot holds, and why: it is neither shown nor put back by an undo. */
  leftOut: v.array(v.object({ path: v.string(), why: v.string() })),
});
export type TaskDiff = v.InferOutput<typeof TaskDiff>;

/** As JSON for every outer edge; `as_of` is null while nothing is known. */
export const viewDiff = (taskId: string, diff: TaskDiff | null) => {
  const { files, insertions, deletions, patch, isCut, leftOut } = diff ?? NOTHING;
  return {
    task_id: taskId,
    as_of: diff === null ? null : new Date(diff.at).toISOString(),
    files: files.map(({ isBinary, ...file }) => ({ ...file, binary: isBinary })),
    insertions,
    deletions,
    patch,
    truncated: isCut,
    left_out: leftOut,
  };
};

const NOTHING: Omit<TaskDiff, 'at'> = { files: [], insertions: 0, deletions: 0, patch: '', isCut: false, leftOut: [] };
