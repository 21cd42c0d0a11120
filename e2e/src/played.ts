// A hand that plays the worker on the record: tasks that stand as a test wants them, without a model and without waiting.
import { randomUUID } from 'node:crypto';
import { type Event, newId, newTaskId } from '@tars/core';
import type { TaskStore } from '@tars/core/redis';

export type Played = { id: string; happens(...events: readonly Event[]): Promise<void> };

const LIMITS = { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 } as const;

/** A task that a worker has claimed. */
export async function played(store: TaskStore, goal = 'Tidy up the old backups'): Promise<Played> {
  const [id, nonce, at] = [newTaskId(), randomUUID(), Date.now()];
  const whose = { sessionId: 's1', owner: 'owner', pool: '', channel: 'voice' } as const;
  await store.create(id, { type: 'task.queued', at, goal, project: `/projects/${id}`, verbose: true, limits: LIMITS, ...whose });
  const worker = { id: 'w1', host: 'h1', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  await store.commit(id, { as: { role: 'claim', nonce }, events: [{ type: 'task.claimed', at, attempt: 1, worker, afterCrash: false }] });
  return {
    id,
    async happens(...events) {
      const done = await store.commit(id, { as: { role: 'owner', nonce }, events });
      if (done.kind !== 'committed') throw new Error(`The change was ${done.kind}.`);
    },
  };
}

export const notice = (text: string): Event => ({ type: 'notice.given', at: Date.now(), notice: 'test', text });

/** An edit's intent and its result. */
export const edit = (callId: string, path: string): [Event, Event] => [
  { type: 'edit.intended', at: Date.now(), callId, path, creates: false },
  { type: 'edit.made', at: Date.now(), callId, path, created: false, words: 'to make it right' },
];

export function request(id: string, command = 'rm old_backup.js'): Event {
  const at = Date.now();
  const words = { reason: 'delete files', rule: 'rm', agentSays: 'It is from last year and nothing uses it.', access: [] };
  const effect = 'Deletes 1 file (20 bytes): 1 not in git, so gone for good.';
  const confirmation = {
    id: newId('conf'),
    callId: newId('call'),
    command,
    cwd: `/projects/${id}`,
    ...words,
    effect,
    actionHash: 'a'.repeat(64),
    askedAt: at,
    expiresAt: at + 300_000,
  };
  return { type: 'confirmation.requested', at, confirmation };
}

/** A bit of everything: a plan, words, a red and a green run, an edit. */
export function busyDay(): Event[] {
  const at = Date.now();
  const usage = { input: 1_000, output: 200, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  const run = (callId: string, exitCode: number, output: string): Event[] => [
    { type: 'command.intended', at, callId, command: 'npm test', reason: 'see what fails', purpose: 'test', confirmationId: null },
    {
      type: 'command.finished',
      at,
      callId,
      command: 'npm test',
      purpose: 'test',
      exitCode,
      timedOut: false,
      durationMs: 1_840,
      output,
      counts: null,
    },
  ];
  return [
    { type: 'attempt.started', at, model: 'claude-sonnet-4-5', sandbox: 'bubblewrap', tree: [] },
    { type: 'phase.entered', at, phase: 'planning', left: null, leftWell: true },
    {
      type: 'turn.replied',
      at,
      turn: 1,
      model: 'claude-sonnet-4-5',
      usage,
      costMicros: 6_000,
      says: 'First I look at what the tests say, then I write the parser.',
    },
    {
      type: 'plan.updated',
      at,
      steps: [
        { title: 'read the tests', status: 'done' },
        { title: 'write the parser', status: 'active' },
        { title: 'explain it', status: 'pending' },
      ],
    },
    { type: 'phase.entered', at, phase: 'testing', left: 'planning', leftWell: true },
    ...run('run-1', 1, 'not ok 1 - adds\n  Expected values to be strictly equal:\n  -1 !== 5\n# pass 3\n# fail 1'),
    { type: 'phase.entered', at, phase: 'fixing', left: 'testing', leftWell: false },
    ...edit('edit-1', 'src/sum.js'),
    { type: 'phase.entered', at, phase: 'testing', left: 'fixing', leftWell: true },
    ...run('run-2', 0, '# pass 4\n# fail 0'),
    { type: 'tests.passed', at, callId: 'run-2', passed: 4 },
  ];
}
