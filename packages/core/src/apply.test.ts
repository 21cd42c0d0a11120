import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accept, apply } from './apply.js';
import type { Event, EventType } from './event.js';
import { MAX_CRASHES } from './limits.js';
import { isSettled, mayBecome, NEXT, STATES, type State } from './state.js';
import { percentDone, type Task } from './task.js';
import { AT, confirmation, event, grant, PROOF, SAMPLES, taskIn, WORKER } from './testing/samples.js';

const KINDS = Object.keys(SAMPLES) as EventType[];
const ENDS = ['task.finished', 'task.failed', 'task.timed_out', 'task.cancelled'] as const;

const expectApplied = (task: Task | null): Task => {
  expect(task).not.toBeNull();
  if (task === null) throw new Error('unreachable');
  return task;
};
const after = (task: Task, ...events: Event[]): Task => events.reduce((next, fact) => expectApplied(apply(next, fact)), task);
const started = () => after(accept('a7f3', event('task.queued')), event('task.claimed'));

test('the table of states is the one people are told', () => {
  expect(NEXT).toEqual({
    queued: ['started', 'paused', 'cancelled', 'failed'],
    started: ['finished', 'failed', 'timeout', 'cancelled', 'paused'],
    paused: ['queued', 'failed', 'cancelled'],
    finished: ['queued'],
    failed: ['queued'],
    timeout: ['queued'],
    cancelled: ['queued'],
  });
});

test.each(STATES)('from %s every event leads only where the table allows', (state) => {
  for (const kind of KINDS) {
    const next = apply(taskIn(state, { worker: WORKER }), event(kind));
    if (next === null || next.state === state) continue;
    expect({ kind, allowed: mayBecome(state, next.state) }).toEqual({ kind, allowed: true });
  }
});

test.each(STATES.filter(isSettled))('a task that is %s takes no event of a running one, only the wish to try again or to undo', (state) => {
  const taken = KINDS.filter((kind) => apply(taskIn(state), event(kind)) !== null);
  expect(taken).toEqual([...(state === 'finished' ? [] : ['task.retried']), 'undo.requested']);
});

const ENDINGS: Record<(typeof ENDS)[number], [state: State, phase: string, from: State[]]> = {
  'task.finished': ['finished', 'complete', ['started']],
  'task.failed': ['failed', 'error', ['queued', 'started', 'paused']],
  'task.timed_out': ['timeout', 'timeout', ['started']],
  'task.cancelled': ['cancelled', 'started', ['queued', 'started', 'paused']],
};

test.each(ENDS)('%s ends a task, lets its worker go and closes what waited', (kind) => {
  const [state, phase, from] = ENDINGS[kind];
  const unsettled = STATES.filter((before) => !isSettled(before));
  const ended = unsettled.filter((before) => {
    const task = apply(taskIn(before, { worker: WORKER, confirmation: confirmation(), grant: grant() }), event(kind, {}, AT + 5));
    if (task === null) return false;
    expect(task).toMatchObject({ state, phase, worker: null, confirmation: null, question: null, grant: null, endedAt: AT + 5 });
    return true;
  });
  expect(ended).toEqual(from);
});

test('the model is told once in a chain of attempts that its limits are near', () => {
  const warned = after(started(), event('limit.neared'));
  expect(apply(warned, event('limit.neared'))).toBeNull();
  const again = after(warned, event('task.failed'), event('task.retried'));
  expect(again).toMatchObject({ limitNear: false, outageMs: 0 });
});

test('that the model is away is known until it is told to be back, whoever works on it then', () => {
  const away = after(started(), event('notice.given', { notice: 'model_unavailable' }));
  expect(after(away, event('task.released'))).toMatchObject({ outageTold: true });
  expect(after(away, event('notice.given', { notice: 'model_back' }))).toMatchObject({ outageTold: false });
});

test('an accepted task waits for a worker, with nothing done and nothing asked', () => {
  expect(accept('a7f3', event('task.queued'))).toMatchObject({
    id: 'a7f3',
    goal: 'build a calculator',
    state: 'queued',
    phase: 'started',
    attempt: 0,
    crashes: 0,
    turns: 0,
    workedMs: 0,
    costMicros: 0,
    worker: null,
    confirmation: null,
    question: null,
    grant: null,
    cancelRequested: false,
    createdAt: AT,
    startedAt: null,
    endedAt: null,
  });
});

test('a claim is the next attempt, never another number', () => {
  const queued = accept('a7f3', event('task.queued'));
  expect(apply(queued, event('task.claimed', { attempt: 0 }))).toBeNull();
  expect(apply(queued, event('task.claimed', { attempt: 2 }))).toBeNull();
  const once = after(queued, event('task.claimed', { attempt: 1 }, AT + 1));
  expect(once).toMatchObject({ state: 'started', attempt: 1, crashes: 0, worker: WORKER, startedAt: AT + 1 });
  expect(apply(once, event('task.claimed', { attempt: 1 }))).toBeNull();
  const twice = after(once, event('task.released'), event('task.claimed', { attempt: 2 }, AT + 9));
  expect(twice).toMatchObject({ attempt: 2, crashes: 0, startedAt: AT + 1 });
});

test('a task whose workers died as often as allowed is not claimed again', () => {
  let task = started();
  for (let crash = 1; crash < MAX_CRASHES; crash++) {
    task = after(task, event('task.claimed', { attempt: crash + 1, afterCrash: true }));
    expect(task.crashes).toBe(crash);
  }
  expect(apply(task, event('task.claimed', { attempt: MAX_CRASHES + 1, afterCrash: true }))).toBeNull();
});

test('while a human is asked, nothing that changes the world begins and nothing else is asked', () => {
  const asked = after(started(), event('confirmation.requested'));
  const questioned = after(started(), event('question.asked'));
  for (const waiting of [asked, questioned]) {
    for (const kind of ['command.intended', 'edit.intended', 'confirmation.requested', 'question.asked'] as const) {
      expect(apply(waiting, event(kind))).toBeNull();
    }
  }
});

test('after a cancel was asked for, nothing new begins', () => {
  const cancelled = after(started(), event('cancel.requested'));
  for (const kind of ['command.intended', 'edit.intended', 'confirmation.requested', 'question.asked', 'cancel.requested'] as const) {
    expect(apply(cancelled, event(kind))).toBeNull();
  }
  expect(after(cancelled, event('task.cancelled')).state).toBe('cancelled');
});

test('a yes runs its own command once, and no other', () => {
  const approved = after(started(), event('confirmation.requested'), event('confirmation.answered'));
  expect(approved).toMatchObject({ confirmation: null, grant: grant() });
  const run = event('command.intended', { confirmationId: 'cnf_1' });
  expect(apply(approved, { ...run, callId: 'call_9' })).toBeNull();
  expect(apply(approved, { ...run, confirmationId: 'cnf_9' })).toBeNull();
  const spent = after(approved, run);
  expect(spent.grant).toBeNull();
  expect(apply(spent, run)).toBeNull();
});

test('a denial leaves no permission behind, and a new request takes back an unused one', () => {
  const denied = after(started(), event('confirmation.requested'), event('confirmation.answered', { outcome: 'denied', grant: null }));
  expect(denied).toMatchObject({ confirmation: null, grant: null });
  const unused = after(started(), event('confirmation.requested'), event('confirmation.answered'));
  expect(after(unused, event('confirmation.requested', { confirmation: confirmation('cnf_2', 'call_2') })).grant).toBeNull();
});

test('an answer counts for the question that is open, once', () => {
  const asked = after(started(), event('confirmation.requested'));
  for (const kind of ['confirmation.answered', 'confirmation.tried', 'confirmation.reminded'] as const) {
    expect(apply(asked, event(kind, { confirmationId: 'cnf_9' }))).toBeNull();
    expect(apply(started(), event(kind))).toBeNull();
  }
  const questioned = after(started(), event('question.asked'));
  expect(apply(questioned, event('question.answered', { questionId: 'q_9' }))).toBeNull();
  const answered = after(questioned, event('question.answered'));
  expect(answered.question).toBeNull();
  expect(apply(answered, event('question.answered'))).toBeNull();
});

test('what the agent did is kept: turns, cost, plan, proof', () => {
  const worked = after(
    started(),
    event('turn.replied', { turn: 1, costMicros: 100 }),
    event('turn.replied', { turn: 2, costMicros: 50 }),
    event('plan.updated', {
      steps: [
        { title: 'a', status: 'done' },
        { title: 'b', status: 'active' },
      ],
    }),
    event('claim.refuted'),
  );
  expect(worked).toMatchObject({ turns: 2, costMicros: 150, refutations: 1, proof: { verdict: 'REFUTED' } });
  expect(percentDone(worked)).toBe(75);
  const finished = after(worked, event('task.finished'));
  expect(finished).toMatchObject({ proof: PROOF, summary: 'Built it.', filesChanged: ['calculator.py'], branch: 'main' });
  expect(percentDone(finished)).toBe(100);
});

test('a reply without a known price makes the cost unknown, for good', () => {
  const unknown = after(started(), event('turn.replied', { costMicros: null }), event('turn.replied', { turn: 2, costMicros: 50 }));
  expect(unknown.costMicros).toBeNull();
});

test('percent is unknown without a plan and never 100 before the end', () => {
  expect(percentDone(started())).toBeNull();
  const allDone = after(started(), event('plan.updated', { steps: [{ title: 'a', status: 'done' }] }));
  expect(percentDone(allDone)).toBe(99);
});

test('whatever plans follow one another, percent never goes back', () => {
  const step = fc.record({ title: fc.constant('a'), status: fc.constantFrom('pending', 'active', 'done') });
  const plan = fc.array(step, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 10 }), (plans) => {
      let task = started();
      let percent = 0;
      for (const steps of plans) {
        task = after(task, event('plan.updated', { steps }));
        const now = percentDone(task) ?? -1;
        expect(now).toBeGreaterThanOrEqual(percent);
        expect(now).toBeLessThan(100);
        percent = now;
      }
      expect(percentDone(after(task, event('task.finished')))).toBe(100);
    }),
  );
});

test('progress is the first line of the last thing worth telling', () => {
  const told = after(started(), event('command.intended'));
  expect(told.progress).toBe('⚙️ Executing: `npm test`');
  expect(after(told, event('turn.replied')).progress).toBe('⚙️ Executing: `npm test`');
});

test('that a task must wait for another is told of once, and only before it has begun', () => {
  const behind = event('notice.given', { notice: 'queued_behind', text: 'Queued behind #c2k9.' });
  const told = after(accept('a7f3', event('task.queued')), behind);
  expect(apply(told, { ...behind, text: 'Queued behind #f4f4.' })).toBeNull();
  expect(apply(after(started(), event('phase.entered')), behind)).toBeNull();
});

/** How often a kind comes up in a random life; a cancel forbids most of what could follow, an end all of it. */
const weight = (kind: EventType): number => {
  if (kind === 'confirmation.requested' || kind === 'confirmation.answered' || kind === 'command.intended') return 24;
  if (kind === 'task.claimed' || kind === 'question.answered') return 8;
  return kind === 'cancel.requested' || kind === 'pause.requested' ? 1 : 2;
};
const LIVED = KINDS.filter((kind) => !(ENDS as readonly string[]).includes(kind));
const anyKind = fc.oneof(...LIVED.map((kind) => ({ weight: weight(kind), arbitrary: fc.constant(kind) })));

type Telling = (task: Task) => Event;

// Mostly what fits the task as it is, so that random lives get somewhere; sometimes what belongs to another moment.
const anyEvent = fc
  .record({
    kind: anyKind,
    confirmationId: fc.constantFrom('cnf_1', 'cnf_1', 'cnf_1', 'cnf_2'),
    callId: fc.constantFrom('call_1', 'call_1', 'call_1', 'call_2'),
    ahead: fc.constantFrom(1, 1, 1, 0, 2),
    afterCrash: fc.boolean(),
    workedMs: fc.integer({ min: 0, max: 1_000 }),
    approves: fc.constantFrom(true, true, true, false),
    needsGrant: fc.constantFrom(true, true, true, false),
  })
  .map(({ kind, confirmationId, callId, ahead, afterCrash, workedMs, approves, needsGrant }) => (task: Task): Event => {
    const facts = (): Event => {
      switch (kind) {
        case 'task.claimed':
          return event(kind, { attempt: task.attempt + ahead, afterCrash });
        case 'confirmation.requested':
          return event(kind, { confirmation: confirmation(confirmationId, callId) });
        case 'confirmation.answered':
          return event(kind, { confirmationId, grant: approves ? grant(confirmationId, callId) : null });
        case 'confirmation.reminded':
        case 'confirmation.tried':
          return event(kind, { confirmationId });
        case 'command.intended':
          return event(kind, { callId, confirmationId: needsGrant ? confirmationId : null });
        case 'task.paused':
          return event(kind, { attempt: task.attempt });
        default:
          return event(kind);
      }
    };
    return { ...facts(), workedMs };
  });

const anyLife = fc.array(anyEvent, { minLength: 10, maxLength: 80, size: 'max' });

/** What a step broke, in words; `expect` at every step of every life would take most of the time. */
const brokenBy = (before: Task, fact: Event, next: Task | null): string[] => {
  if (isSettled(before.state) && fact.type !== 'task.retried') {
    // What is said of its files afterwards is beside the task.
    const { undo, updatedAt, workedMs } = before;
    return next === null || isDeepStrictEqual({ ...next, undo, updatedAt, workedMs }, before) ? [] : [`${before.state} changed`];
  }
  if (next === null) return [];
  const consumes = fact.type === 'command.intended' && fact.confirmationId !== null;
  const promises: Record<string, boolean> = {
    'the table allows it': next.state === before.state || mayBecome(before.state, next.state),
    'one thing is asked at a time': next.confirmation === null || next.question === null,
    'an attempt is counted by its claim': next.attempt === before.attempt + (fact.type === 'task.claimed' ? 1 : 0),
    'crashes are bounded': next.crashes < MAX_CRASHES,
    'work time only grows, but for a retry': next.workedMs >= before.workedMs || fact.type === 'task.retried',
    'only a grant is consumed, and it is gone': !consumes || (before.grant?.confirmationId === fact.confirmationId && next.grant === null),
    'an end leaves nothing open':
      !isSettled(next.state) || [next.worker, next.confirmation, next.question, next.grant].every((it) => it === null),
  };
  return Object.keys(promises).filter((name) => !promises[name]);
};

test('whatever happens, in whatever order, a task keeps its promises', () => {
  let consumed = 0;
  let ended = 0;
  const holds = (life: Telling[], ends: Telling[], rest: Telling[]) => {
    let task = accept('a7f3', event('task.queued'));
    const grants = { given: 0, spent: 0 };
    for (const tell of [...life, ...ends, ...rest]) {
      const fact = tell(task);
      const next = apply(task, fact);
      const broken = brokenBy(task, fact, next);
      if (broken.length > 0) throw new Error(`${fact.type}: ${broken.join(', ')}`);
      if (next === null) continue;
      task = next;
      if (fact.type === 'confirmation.answered' && fact.grant !== null) grants.given++;
      if (fact.type === 'command.intended' && fact.confirmationId !== null) grants.spent++;
    }
    expect(grants.spent).toBeLessThanOrEqual(grants.given);
    consumed += grants.spent;
    ended += isSettled(task.state) ? 1 : 0;
  };
  fc.assert(fc.property(anyLife, fc.array(fc.constantFrom(...ENDS).map((kind) => () => event(kind))), anyLife, holds), { numRuns: 200 });
  // Else the property would hold because nothing ever happened.
  expect(consumed).toBeGreaterThan(5);
  expect(ended).toBeGreaterThan(50);
});
