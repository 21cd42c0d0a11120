// A way back from every step: the project is looked at while the model thinks, so that a step rarely waits for it.
import type { TaskDiff } from '@tars/core';
import type { ObjectStore } from '../workspace/object-store.js';
import { addPoint, readPoints } from '../workspace/points.js';
import { type Diff, diffBetween } from '../workspace/project-diff.js';
import { thinOut } from '../workspace/retention.js';
import { openSnapshots, type Snapshot } from '../workspace/snapshots.js';
import { taskDiff } from '../workspace/task-diff.js';
import type { TaskRecord } from './record.js';

export type Steps = {
  /** Begins to look at the project as it is now; the owner may have worked on it since the last step. */
  lookAhead(): void;
  /** Resolves once there is a way back to before this call. `afresh`: others had time to change the project since. */
  before(callId: string, more?: { afresh?: boolean }): Promise<void>;
  /** Everything the task has changed so far. */
  changes(): Promise<Diff>;
  /** The project at the beginning of the task and as it is now, and where the contents of both lie. */
  compared(): Promise<Compared>;
  /** Keeps how the project is after the last step; nothing of the task may run any more. */
  end(): Promise<void>;
};

export type Compared = { store: ObjectStore; first: Snapshot; now: Snapshot; diff: Diff };

export type StepsOptions = {
  projectDir: string;
  /** Where the snapshots of the task are kept. */
  dir: string;
  record: Pick<TaskRecord, 'task' | 'transcript'>;
  /** Takes what the task has changed whenever that is known anew. */
  onDiff: (diff: TaskDiff) => void;
  onError: (error: unknown) => void;
  now: () => number;
};

/** Begins to look at once; whoever needs what was seen waits for it. */
export function openSteps({ projectDir, dir, record, onDiff, onError, now }: StepsOptions): Steps {
  const opening = openSnapshots({ projectDir, dir });
  /** How the project is, as long as no step has begun since. */
  let current: Promise<Snapshot> | null = null;
  /** Nobody has had time to change anything since the beginning was looked at. */
  let isNew = true;
  let told: string | null = null;
  let mostBytes: number | undefined;
  /** The last one that a step was kept with. */
  let kept: string | null = null;

  const look = (): Promise<Snapshot> => {
    const taken = opening.then((snapshots) => snapshots.take());
    // Whoever needs it hears of it.
    taken.catch(() => {});
    return taken;
  };
  const beginning = begin();

  async function begin(): Promise<Snapshot> {
    const [first] = await readPoints(dir);
    if (first?.snapshot !== undefined && first.snapshot !== null) return (await opening).read(first.snapshot);
    current = look();
    const snapshot = await current;
    await addPoint(dir, { kind: 'step', turn: 0, call: 0, at: now(), snapshot: snapshot.id });
    await (await opening).remember();
    return snapshot;
  }
  beginning.catch(() => {});

  const tell = async (snapshot: Snapshot): Promise<void> => {
    const first = await beginning;
    if (told === snapshot.id) return;
    told = snapshot.id;
    onDiff(await taskDiff(await opening, first, snapshot, projectDir));
  };

  return {
    lookAhead() {
      void beginning
        .then(() => {
          if (!isNew || current === null) current = look();
          isNew = false;
          return current;
        })
        .then(tell)
        .catch(onError);
    },
    async before(callId, { afresh = false } = {}) {
      await beginning;
      const snapshot = await (afresh || current === null ? look() : current);
      // From here on the step may change it.
      current = null;
      await addPoint(dir, { kind: 'step', ...placeOf(callId), at: now(), snapshot: snapshot.id });
      // What is the same takes up nothing more.
      if (snapshot.id !== kept) mostBytes = await thinOut(dir, (await opening).store, mostBytes);
      kept = snapshot.id;
    },
    async changes() {
      return (await compared()).diff;
    },
    compared,
    async end() {
      await beginning;
      const last = await look();
      await addPoint(dir, { kind: 'last', at: now(), snapshot: last.id });
      await (await opening).remember();
      await tell(last);
    },
  };

  async function compared(): Promise<Compared> {
    const { store } = await opening;
    const first = await beginning;
    current = look();
    const now = await current;
    return { store, first, now, diff: await diffBetween(store, first, now, projectDir) };
  }

  /** As people count them: the turn, and which of its calls. What the harness runs by itself comes after all of them. */
  function placeOf(callId: string): { turn: number; call: number } {
    const reply = record.transcript().findLast((entry) => entry.kind === 'reply');
    const calls = reply?.kind === 'reply' ? reply.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])) : [];
    const index = calls.indexOf(callId);
    return { turn: record.task().turns, call: index === -1 ? calls.length + 1 : index + 1 };
  }
}
