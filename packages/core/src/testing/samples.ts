// Tasks and events to tell in tests, with only what the test is about spelled out.
import * as v from 'valibot';
import { accept } from '../apply.js';
import type { Grant } from '../confirmation/grant.js';
import type { ConfirmationRequest, Question } from '../confirmation/request.js';
import { Event, type EventOf, type EventType } from '../event.js';
import type { Proof } from '../proof.js';
import type { State } from '../state.js';
import type { Task, WorkerRef } from '../task.js';

/** When everything here happens, unless a test says otherwise. */
export const AT = Date.parse('2026-03-01T10:00:00.000Z');

export const PROOF: Proof = {
  verdict: 'VERIFIED',
  checks: [{ command: 'npm test', exit_code: 0, passed: 4, failed: 0, duration_ms: 812 }],
  tests_changed: [],
  diff: { files: 2, insertions: 40, deletions: 0 },
  sentence: 'All tests passed, code formatted and ready.',
};

export const WORKER: WorkerRef = { id: 'w1', host: 'desk', supervisor: { pid: 100, startTime: '1' }, tree: [] };

export const confirmation = (id = 'cnf_1', callId = 'call_1'): ConfirmationRequest => ({
  id,
  callId,
  command: 'rm old_backup.py',
  cwd: '/home/me/calculator',
  reason: 'delete files',
  rule: 'rm',
  agentSays: 'It is not used any more',
  access: [],
  actionHash: 'h',
  askedAt: AT,
  expiresAt: AT + 300_000,
});

export const grant = (confirmationId = 'cnf_1', callId = 'call_1'): Grant => ({
  confirmationId,
  taskId: 'a7f3',
  callId,
  actionHash: 'h',
  expiresAt: AT + 900_000,
  signature: 's',
});

export const question = (id = 'q_1'): Question => ({
  id,
  callId: 'call_2',
  text: 'Which port?',
  options: ['80', '8080'],
  askedAt: AT,
  expiresAt: AT + 300_000,
});

type Facts<Type extends EventType> = Omit<EventOf<Type>, 'type' | 'at' | 'workedMs'>;

/** One of each kind. */
export const SAMPLES: { readonly [Type in EventType]: Facts<Type> } = {
  'task.queued': {
    goal: 'build a calculator',
    project: '/home/me/calculator',
    sessionId: 's1',
    owner: 'me',
    pool: '',
    verbose: true,
    limits: { workMs: 900_000, turns: 50, confirmationMs: 300_000, onSilence: 'fail', costMicros: 5_000_000 },
    channel: 'voice',
  },
  'task.claimed': { attempt: 1, worker: WORKER, afterCrash: false },
  'attempt.started': { model: 'claude', sandbox: 'bubblewrap', tree: [{ pid: 200, startTime: '2' }] },
  'task.released': { reason: 'drain' },
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
  'phase.entered': { phase: 'planning', left: null, leftWell: false },
  'plan.updated': { steps: [{ title: 'write it', status: 'active' }] },
  'turn.replied': {
    turn: 1,
    model: 'claude',
    usage: { input: 10, output: 5, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    costMicros: 120,
    says: 'On it.',
  },
  'edit.intended': { callId: 'call_1', path: 'calculator.py', creates: true },
  'edit.made': { callId: 'call_1', path: 'calculator.py', created: true, words: '' },
  'command.intended': { callId: 'call_1', command: 'npm test', reason: 'see it work', purpose: 'test', confirmationId: null },
  'command.finished': {
    callId: 'call_1',
    command: 'npm test',
    purpose: 'test',
    exitCode: 0,
    timedOut: false,
    durationMs: 12,
    output: '4 passing\n',
    counts: { passed: 4, failed: 0 },
  },
  'tests.passed': { callId: 'call_1', passed: 4 },
  'confirmation.requested': { confirmation: confirmation() },
  'confirmation.reminded': { confirmationId: 'cnf_1' },
  'confirmation.tried': { confirmationId: 'cnf_1', triesLeft: 4, channel: 'http' },
  'confirmation.answered': {
    confirmationId: 'cnf_1',
    outcome: 'approved',
    command: 'rm old_backup.py',
    grant: grant(),
    feedback: null,
    channel: 'http',
  },
  'question.asked': { question: question() },
  'question.reminded': { questionId: 'q_1' },
  'question.answered': { questionId: 'q_1', text: '8080', channel: 'voice' },
  'notice.given': { notice: 'model_unavailable', text: 'The model is unavailable; trying again.' },
  'verbosity.changed': { verbose: false, channel: 'cli' },
  'claim.refuted': { proof: { ...PROOF, verdict: 'REFUTED', sentence: '1 of 4 tests failed.' } },
  'message.told': { messageId: 'm_1', text: 'Use SQLite', channel: 'voice' },
  'message.seen': { messageIds: ['m_1'], turn: 3 },
  'pause.requested': { channel: 'voice' },
  'task.paused': { channel: 'voice', attempt: 0 },
  'task.resumed': { channel: 'voice' },
  'task.retried': {
    because: 'retry',
    limits: { workMs: 60_000, turns: 10, confirmationMs: 300_000, onSilence: 'fail', costMicros: 1_000_000 },
    channel: 'voice',
  },
  'limit.neared': { left: '5 turns' },
  'cancel.requested': { channel: 'voice' },
  'undo.requested': { requestId: 'undo_1', to: null, force: false, channel: 'voice' },
  'task.undone': { requestId: 'undo_1', written: 3, removed: 1, left: [] },
  'undo.refused': { requestId: 'undo_1', reason: 'changed_since', paths: ['calculator.py'] },
  'task.finished': {
    proof: PROOF,
    summary: 'Built it.',
    filesChanged: ['calculator.py'],
    branch: 'main',
    suggestedCommitMessage: 'Add it',
  },
  'task.failed': { reason: 'max_turns', message: 'Used all 50 turns' },
  'task.timed_out': { minutes: 15 },
  'task.cancelled': { channel: 'voice', stopped: 2 },
};

/** The sample of a kind, with the facts that matter to the test; throws where they do not make a real event. */
export const event = <Type extends EventType>(type: Type, facts: Partial<Facts<Type>> = {}, at = AT): EventOf<Type> =>
  v.parse(Event, { type, at, ...SAMPLES[type], ...facts }) as EventOf<Type>;

/** A fresh task, changed by hand: for states that no single event leads to. */
export const taskIn = (state: State, facts: Partial<Task> = {}): Task => ({ ...accept('a7f3', event('task.queued')), state, ...facts });
