// What a cancel left behind, in words: what was stopped, what is kept, and the way back.
import * as v from 'valibot';

export const Cancelled = v.object({
  /** Processes that had to be ended. */
  stopped: v.number(),
  /** Files that are not as they were before the task; absent where nobody looked. */
  kept: v.optional(v.number()),
});
export type Cancelled = v.InferOutput<typeof Cancelled>;

/** Null when there is nothing to say. */
export function cancelledText(id: string, { stopped, kept }: Cancelled): string | null {
  const processes = stopped === 0 ? [] : [`${stopped} ${stopped === 1 ? 'process' : 'processes'} stopped`];
  const files = kept === undefined ? [] : [keptText(id, kept)];
  const parts = [...processes, ...files];
  return parts.length === 0 ? null : `${parts.join('; ')}.`;
}

function keptText(id: string, kept: number): string {
  if (kept === 0) return 'no file is changed';
  return `${kept} changed ${kept === 1 ? 'file is' : 'files are'} kept, and \`tars undo ${id}\` takes back what the task did`;
}
