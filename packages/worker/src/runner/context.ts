// What one attempt works with, gathered once.
import type { PriceRow, Task } from '@tars/core';
import type { ModelClient } from '../model/client.js';
import type { FromRunner, HeardBefore } from '../protocol.js';
import type { Shell } from '../shell/shell.js';
import type { Worktree } from '../workspace/worktree.js';
import type { Answers } from './answers.js';
import type { CommandJournal } from './command-journal.js';
import type { DeadEndWatch } from './dead-end.js';
import type { Phases } from './phases.js';
import type { Place } from './place.js';
import type { TaskRecord } from './record.js';
import type { Steps } from './steps.js';

export type Context = {
  record: TaskRecord;
  answers: Answers;
  heard: HeardBefore | null;
  /** What an earlier attempt asked and nobody had answered when this one began: its answer comes through `answers`. */
  openAtStart: Pick<Task, 'confirmation' | 'question'>;
  model: ModelClient;
  /** How many tokens it takes in at once. */
  contextTokens: number;
  /** What the owner wants of every task. */
  preferences: string | null;
  /** Resolves once `shell` and `place` are there and the record knows of them; until then the model may think, and nothing may be done. */
  ready(): Promise<void>;
  readonly shell: Shell;
  readonly place: Place;
  journal: CommandJournal;
  steps: Steps;
  /** The task's own folder: no command writes in it. */
  stateDir: string;
  /** Where commands may write beside the project. */
  tempDir: string;
  /** Where an isolated task works. */
  worktree: Worktree | null;
  phases: Phases;
  /** Key of the grants known at the start; a later answer brings its own. */
  publicKeyPem: string | null;
  deadEnds: DeadEndWatch;
  /** The operator's own, which come before those that are known. */
  prices: readonly PriceRow[];
  signal: AbortSignal;
  send: (message: FromRunner) => void;
  now: () => number;
};
