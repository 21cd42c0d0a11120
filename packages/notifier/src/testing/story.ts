// Events and deliveries to tell in tests, with only what the test is about spelled out.
import { accept, apply, type ConfirmationRequest, type Event, type EventOf, type EventType, type Proof, type Task } from '@tars/core';
import type { Delivery } from '../channel.js';
import { after, BEGINNING } from '../past.js';

export const AT = Date.parse('2026-03-01T10:00:00.000Z');

export const PROOF: Proof = {
  verdict: 'VERIFIED',
  checks: [{ command: 'npm test', exit_code: 0, passed: 4, failed: 0, duration_ms: 812 }],
  tests_changed: [],
  diff: { files: 2, insertions: 40, deletions: 0 },
  sentence: 'All tests passed, code formatted and ready.',
};
export const UNPROVED: Proof = { ...PROOF, verdict: 'UNVERIFIED', checks: [], sentence: 'Done, but nothing could be verified.' };

export const ASKED: ConfirmationRequest = {
  id: 'cnf_1',
  callId: 'call_9',
  command: 'rm old_backup.py',
  cwd: '/home/me/calculator',
  reason: 'delete files',
  rule: 'rm',
  agentSays: 'It is not used any more',
  access: [],
  actionHash: 'h',
  askedAt: AT,
  expiresAt: AT + 300_000,
};

const SAMPLES: { [Type in EventType]: Omit<EventOf<Type>, 'type' | 'at' | 'workedMs'> } = {
  'task.queued': {
    goal: 'build a calculator',
    project: '/home/me/calculator',
    sessionId: 's1',
    owner: 'owner',
    pool: 'default',
    verbose: true,
    limits: { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 },
    channel: 'voice',
  },
  'task.claimed': {
    attempt: 1,
    worker: { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '1' }, tree: [] },
    afterCrash: false,
  },
  'attempt.started': { model: 'claude', sandbox: 'bubblewrap', tree: [] },
  'task.released': { reason: 'drain' },
  'phase.entered': { phase: 'planning', left: null, leftWell: false },
  'plan.updated': { steps: [{ title: 'write it', status: 'active' }] },
  'turn.replied': {
    turn: 1,
    model: 'claude',
    usage: { input: 1, output: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    costMicros: 210_000,
    says: '',
  },
  'edit.intended': { callId: 'c', path: 'calculator.py', creates: true },
  'edit.made': { callId: 'c', path: 'calculator.py', created: true, words: 'basic operations' },
  'command.intended': { callId: 'c', command: 'pytest', reason: 'run tests', purpose: 'test', confirmationId: null },
  'command.finished': {
    callId: 'c',
    command: 'pytest',
    purpose: 'test',
    exitCode: 0,
    timedOut: false,
    durationMs: 5,
    output: '4 passed\n',
    counts: { passed: 4, failed: 0 },
  },
  'tests.passed': { callId: 'c', passed: 4 },
  'confirmation.requested': { confirmation: ASKED },
  'confirmation.reminded': { confirmationId: ASKED.id },
  'confirmation.tried': { confirmationId: ASKED.id, triesLeft: 4, channel: 'discord' },
  'confirmation.answered': {
    confirmationId: ASKED.id,
    outcome: 'approved',
    command: ASKED.command,
    grant: null,
    feedback: null,
    channel: 'discord',
  },
  'question.asked': { question: { id: 'q', callId: 'c', text: 'Which one?', options: ['A', 'B'], askedAt: AT, expiresAt: AT + 300_000 } },
  'question.reminded': { questionId: 'q' },
  'question.answered': { questionId: 'q', text: 'A', channel: 'discord' },
  'notice.given': { notice: 'worker_restarted', text: 'The worker restarted; the task goes on.' },
  'verbosity.changed': { verbose: false, channel: 'cli' },
  'claim.refuted': { proof: { ...PROOF, verdict: 'REFUTED', sentence: '1 of 4 tests fails.' } },
  'limit.neared': { left: '5 turns' },
  'message.told': { messageId: 'm', text: 'Use SQLite', channel: 'discord' },
  'message.seen': { messageIds: ['m'], turn: 4 },
  'pause.requested': { channel: 'discord' },
  'task.paused': { channel: 'worker', attempt: 1 },
  'task.resumed': { channel: 'discord' },
  'task.retried': {
    because: 'retry',
    limits: { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 },
    channel: 'discord',
  },
  'cancel.requested': { channel: 'discord' },
  'undo.requested': { requestId: 'undo_1', to: null, force: false, channel: 'discord' },
  'repository.cloned': { url: 'https://git.example/me/calculator', commit: '0123456789abcdef0123456789abcdef01234567' },
  'result.delivered': {
    url: 'https://git.example/me/calculator',
    finished: true,
    branch: 'tars/a7f3',
    commit: 'fedcba9876543210fedcba9876543210fedcba98',
    commits: 1,
    bundle: { kind: 'record', bytes: 900 },
    push: null,
  },
  'task.undone': { requestId: 'undo_1', written: 3, removed: 1, left: [] },
  'undo.refused': { requestId: 'undo_1', reason: 'changed_since', paths: ['calculator.py'] },
  'task.finished': {
    proof: PROOF,
    summary: 'Done.',
    filesChanged: ['calculator.py'],
    branch: 'main',
    suggestedCommitMessage: 'Add a calculator',
  },
  'task.failed': { reason: 'max_turns', message: 'Used all 50 turns' },
  'task.timed_out': { minutes: 15 },
  'task.cancelled': { channel: 'discord', stopped: 1 },
};

export function event<Type extends EventType>(type: Type, differs: Partial<EventOf<Type>> = {}): EventOf<Type> {
  // One object of literals per type: the spread of a union's member is not seen as that member.
  return { type, at: AT, ...SAMPLES[type], ...differs } as unknown as EventOf<Type>;
}

export const accepted = (differs: Partial<EventOf<'task.queued'>> = {}): EventOf<'task.queued'> => event('task.queued', differs);

/** Each event of a task as it is delivered at once; the first one must accept the task. */
export function deliveries(events: readonly [EventOf<'task.queued'>, ...Event[]], taskId = 'a7f3'): Delivery[] {
  const [first, ...rest] = events;
  let task = accept(taskId, first);
  let past = BEGINNING;
  const told: Delivery[] = [{ logged: { taskId, seq: 1, event: first }, task, past }];
  let previous: Event = first;
  rest.forEach((next, index) => {
    task = apply(task, next) ?? fail(task, next);
    past = after(past, previous);
    previous = next;
    told.push({ logged: { taskId, seq: index + 2, event: next }, task, past });
  });
  return told;
}

function fail(task: Task, next: Event): never {
  throw new Error(`A ${next.type} does not fit a task that is ${task.state}.`);
}

/** One event of a started task, with what it needs to have happened before. */
export function deliveryOf(next: Event, { verbose = true, before = [] }: { verbose?: boolean; before?: readonly Event[] } = {}): Delivery {
  const told = deliveries([accepted({ verbose }), event('task.claimed'), event('turn.replied', { turn: 3 }), ...before, next]);
  const last = told.at(-1);
  if (last === undefined) throw new Error('A story has an end.');
  return last;
}
