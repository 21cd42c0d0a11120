// One attempt at a task for a test: a real project, shell and snapshot, and a record in memory.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { accept, apply, DEAD_ENDS, type Event, type Limits, type Task, type TranscriptRecord } from '@tars/core';
import { tempDir } from '@tars/testkit';
import type { ModelClient } from '../../model/client.js';
import type { FromRunner, HeardBefore } from '../../protocol.js';
import type { SandboxWish } from '../../shell/sandbox.js';
import { openShell } from '../../shell/shell.js';
import { snapshotsIn } from '../../workspace/snapshots.js';
import { createAnswers } from '../answers.js';
import { openCommandJournal } from '../command-journal.js';
import type { Context } from '../context.js';
import { watchDeadEnds } from '../dead-end.js';
import { createPhases } from '../phases.js';
import { keepPlace } from '../place.js';
import { openSteps } from '../steps.js';
import { createMemoryRecord, type MemoryRecord } from './memory-record.js';

const LIMITS: Limits = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 };

export type Attempt = {
  context: Context;
  record: MemoryRecord;
  project: string;
  /** What the runner would have told its supervisor. */
  sent: FromRunner[];
  /** A reply of the model, stored and ready to be performed. */
  reply(calls: readonly Call[], more?: { text?: string; stopReason?: string }): Promise<void>;
  /** The results so far, by call. */
  results(): { [callId: string]: { text: string; isError: boolean } };
  close(): Promise<void>;
};

export type Call = { id: string; name: string; input: { [field: string]: unknown } };
type Left = { events?: Event[]; transcript?: TranscriptRecord[] };
export type AttemptOptions = {
  files?: { readonly [path: string]: string };
  goal?: string;
  limits?: Partial<Limits>;
  model?: ModelClient;
  /** 200,000 when absent. */
  contextTokens?: number;
  preferences?: string;
  publicKeyPem?: string;
  heard?: HeardBefore;
  /** Off when absent. */
  sandbox?: SandboxWish;
  now?: () => number;
  /** What attempts before this one left, given the id and the project of the task. */
  before?: ((task: Task) => Left | Promise<Left>) | undefined;
};

const silent: ModelClient = { turn: () => Promise.reject(new Error('This test does not ask the model.')) };
let tasks = 0;

export async function openAttempt(options: AttemptOptions = {}): Promise<Attempt> {
  const {
    files = {},
    goal = QUEUED.goal,
    limits = {},
    model = silent,
    publicKeyPem = null,
    heard = null,
    now = Date.now,
    sandbox = 'off',
  } = options;
  const { contextTokens = 200_000, preferences = null } = options;
  const dir = await tempDir();
  const [project, taskDir, temp] = ['project', 'state', 'tmp'].map((name) => join(dir.path, name)) as [string, string, string];
  for (const folder of [project, taskDir, temp]) await mkdir(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), content);
  }
  const fresh = claimed(accept(`t${process.pid}x${++tasks}`, { ...QUEUED, goal, project, limits: { ...LIMITS, ...limits } }));
  const { events = [], transcript = [] } = (await options.before?.(fresh)) ?? {};
  const record = createMemoryRecord({ task: events.reduce(applied, fresh), transcript });
  const shell = await openShell({
    taskId: fresh.id,
    since: fresh.createdAt,
    attempt: fresh.attempt,
    projectDir: project,
    tempDir: temp,
    stateDir: taskDir,
    sandbox,
    allowedDomains: [],
  });
  const sent: FromRunner[] = [];
  const steps = openSteps({
    projectDir: project,
    dir: snapshotsIn(taskDir),
    record,
    onDiff: (diff) => sent.push({ type: 'diff', diff }),
    onError: (error) => {
      throw error;
    },
    now,
  });
  const context: Context = {
    record,
    answers: createAnswers(),
    heard,
    openAtStart: record.task(),
    model,
    contextTokens,
    preferences,
    ready: async () => {},
    shell,
    place: await keepPlace(join(taskDir, 'place'), shell),
    journal: openCommandJournal(join(taskDir, 'command.json')),
    steps,
    stateDir: taskDir,
    tempDir: temp,
    worktree: null,
    phases: createPhases(record.task, now),
    publicKeyPem,
    deadEnds: watchDeadEnds(fresh.limits.deadEnds ?? DEAD_ENDS),
    prices: [],
    signal: new AbortController().signal,
    send: (message) => sent.push(message),
    now,
  };
  return {
    context,
    record,
    project,
    sent,
    async reply(calls, { text, stopReason = 'tool_use' } = {}) {
      const turn = record.task().turns + 1;
      const content = [...(text === undefined ? [] : [{ type: 'text', text }]), ...calls.map((call) => ({ type: 'tool_use', ...call }))];
      await record.commit(
        [{ type: 'turn.replied', at: now(), turn, model: 'm', usage: NOTHING, costMicros: 0, says: '' }],
        [{ kind: 'reply', turn, content, stopReason }],
      );
    },
    results: () => {
      const results = record.transcript().flatMap((entry) => (entry.kind === 'result' ? [entry] : []));
      return Object.fromEntries(results.map(({ callId, text, isError }) => [callId, { text, isError }]));
    },
    async close() {
      await shell.close();
      // Nobody may look at the project any more.
      await steps.changes().catch(() => {});
      await dir.remove();
    },
  };
}

const QUEUED = {
  type: 'task.queued',
  at: 0,
  goal: 'do it',
  sessionId: 's1',
  owner: 'me',
  pool: '',
  verbose: true,
  channel: 'cli',
} as const;
const NOTHING = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };

const applied = (task: Task, event: Event): Task => {
  const next = apply(task, event);
  if (next === null) throw new Error(`${event.type} does not apply.`);
  return next;
};

const claimed = (task: Task): Task => {
  const self = { pid: process.pid, startTime: '' };
  const worker = { id: 'w1', host: 'here', supervisor: self, tree: [] };
  return applied(task, { type: 'task.claimed', at: 0, attempt: 1, worker, afterCrash: false });
};
