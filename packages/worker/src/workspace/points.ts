// The places in a task that its owner can go back to, and the snapshot that stood at each.
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

const place = {
  /** Milliseconds since 1970. */ at: v.number(),
  /** Null once it was dropped to save space. */ snapshot: v.nullable(v.string()),
};
const Point = v.variant('kind', [
  /** Before this call of this turn; before the task's first look at the project both are 0. */
  v.object({ kind: v.literal('step'), turn: v.number(), call: v.number(), ...place }),
  /** After the last thing the task did. */
  v.object({ kind: v.literal('last'), ...place }),
  v.object({ kind: v.picklist(['before-undo', 'after-undo']), request: v.string(), ...place }),
]);
export type Point = v.InferOutput<typeof Point>;

const fileIn = (dir: string): string => join(dir, 'points.jsonl');

/** In the order they were added; none where there is no task of that folder. */
export async function readPoints(dir: string): Promise<Point[]> {
  const text = await readFile(fileIn(dir), 'utf8').catch(() => '');
  // The last line may be half a line, of a process that died while it wrote.
  return text.split('\n').flatMap((line) => {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Point), line);
    return parsed.success ? [parsed.output] : [];
  });
}

export const addPoint = (dir: string, point: Point): Promise<void> =>
  appendFile(fileIn(dir), `${JSON.stringify(point)}\n`, { mode: 0o600 });

export async function writePoints(dir: string, points: readonly Point[]): Promise<void> {
  const draft = `${fileIn(dir)}.${process.pid}`;
  await writeFile(draft, points.map((point) => `${JSON.stringify(point)}\n`).join(''), { mode: 0o600 });
  await rename(draft, fileIn(dir));
}

export type Found =
  | { kind: 'at'; snapshot: string /** Of the point in the list. */; index: number }
  /** Nothing the task did comes after that place. */
  | { kind: 'nothing since' }
  | { kind: 'refused'; reason: 'no_snapshot' | 'not_kept' | 'nothing_to_redo' };

/** `to`: null for the beginning, `7` for before turn 7, `7.2` for before its second call, `redo` for before the last undo. */
export function findPoint(points: readonly Point[], to: string | null): Found {
  const [first] = points;
  if (first === undefined) return { kind: 'refused', reason: 'no_snapshot' };
  const at = (point: Point): Found =>
    point.snapshot === null
      ? { kind: 'refused', reason: 'not_kept' }
      : { kind: 'at', snapshot: point.snapshot, index: points.indexOf(point) };
  if (to === null) return at(first);
  if (to === 'redo') {
    const undone = points.findLast(({ kind }) => kind === 'before-undo');
    return undone === undefined ? { kind: 'refused', reason: 'nothing_to_redo' } : at(undone);
  }
  const [turn = 0, call = 1] = to.split('.').map(Number);
  const found = lastChain(points).find((point) => point.turn > turn || (point.turn === turn && point.call >= call));
  return found === undefined ? { kind: 'nothing since' } : at(found);
}

type Step = Extract<Point, { kind: 'step' }>;

/** A task that is tried again counts its turns anew; the numbers people see are those of the latest try. */
function lastChain(points: readonly Point[]): Step[] {
  const steps = points.filter((point): point is Step => point.kind === 'step');
  const start = steps.findLastIndex((step, index) => step.turn < (steps[index - 1]?.turn ?? 0));
  return steps.slice(Math.max(0, start));
}
