// One claimed task from fork to end: its commits, its heartbeat, its deadline, and the death of all it started.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Channel,
  deferred,
  type Event,
  type Figure,
  isSettled,
  LEASE_MS,
  type ProcessRef,
  silenceMessage,
  type TranscriptRecord,
} from '@tars/core';
import type { Logger } from '@tars/core/log';
import type { Committed, News, TaskStore } from '@tars/core/redis';
import type { Answer, FromRunner, RunnerSettings } from '../protocol.js';
import { killAttempts, processStartTime } from '../shell/process-tree.js';
import type { Claimed } from './claim-task.js';
import type { ClonedWork } from './cloned-work.js';
import type { DayLimit } from './day-limit.js';
import { explainLoss } from './explain-loss.js';
import { heldClone } from './held-clone.js';
import { createHumanWait } from './human-wait.js';
import { cancelled, type End, goesOn, looksBack, sayLast } from './last-word.js';
import { clearUp, lookBack } from './leave-project.js';
import { createLiveOutput } from './live-output.js';
import { followLog } from './log-follower.js';
import { createOwnerRecord } from './owner-record.js';
import { onlyYesIsMissing } from './revoked.js';
import { startRunner } from './runner-process.js';
import type { Slots } from './slots.js';
import type { SpareRunner } from './spare-runner.js';
import { watchAttempt } from './watch-attempt.js';
import { createWorkClock } from './work-clock.js';

const HEARTBEAT_MS = LEASE_MS / 6;
const DEADLINE_CHECK_MS = 250;
/** A runner whose task is settled has this long to exit by itself, and any process this long to obey SIGTERM. */
const EXIT_MS = 2_000;
const GRACE_MS = 300;
/** Longer than this nobody waits for a task to be over; without the last look an undo asks before it touches what the last step changed. */
const LOOK_MS = 3_500;
/** A drain as a whole has ten seconds. */
const DRAIN_LOOK_MS = 2_000;

type Words = { events: Event[]; records: TranscriptRecord[] };
const NOTHING: Words = { events: [], records: [] };

/** What every task's runner would be warned of again is logged once by this worker. */
const warned = new Set<string>();

export type HeldTaskOptions = Claimed & {
  store: TaskStore;
  news: News;
  /** One of its slots is held for the task already. */
  slots: Slots;
  settings: RunnerSettings;
  /** Adds to the installation's figures. */
  count: (figures: readonly Figure[]) => Promise<void>;
  /** The key grants are verified with; read anew each time, because it may be made after the worker started. */
  publicKeyPem: () => string | null;
  /** Absent: what all tasks cost together has no limit. */
  dayLimit?: Pick<DayLimit, 'spending' | 'of'>;
  /** Of a task that works in a clone. */
  clone?: ClonedWork | null;
  logger: Logger;
  runnerProgram?: string | undefined;
  /** The runner that waits for a task. */
  spare?: SpareRunner | undefined;
  selfFenceMs?: number | undefined;
  recheckMs?: number | undefined;
};

export type HeldTask = {
  id: string;
  /** Resolves as soon as another task may take this one's place. */
  slotFreed: Promise<void>;
  /** Resolves once the claim is over and nothing of the task runs here. */
  over: Promise<void>;
  /** Hands the task back, unfinished, for a later attempt. */
  drain(): void;
};

export function holdTask(options: HeldTaskOptions): HeldTask {
  const { task, nonce, leasedAt, store, news, slots, settings, count, publicKeyPem, selfFenceMs, recheckMs } = options;
  const { id, limits } = task;
  const watch = watchAttempt(task, { count, logger: options.logger });
  const { logger } = watch;
  const clock = createWorkClock(task);
  const renew = (): void => void record.renew().then((ours) => ours || end({ kind: 'fenced' }));
  const record = createOwnerRecord({ id, nonce, store, clock, logger, leasedAt, selfFenceMs, onStandstill: renew });
  const ending = deferred<End>();
  const slotFreed = deferred<void>();
  const trees: ProcessRef[] = [];
  let isOver = false;
  /** Who wants a pause, until it is taken or taken back. */
  let pauseFor: Channel | null = task.pauseRequested ? 'worker' : null;
  /** Why it is to pause, when that is not its owner's wish. */
  let pauseReason = task.pauseRequested ? task.pauseReason : null;

  /** The first reason wins; what comes after it is clean-up. */
  const end = (reason: End): void => {
    isOver = true;
    ending.resolve(reason);
  };

  /** The runner is at a place between two calls; or it waits for a human or for the model's service, which is as good. */
  const pauseHere = (): void => end({ kind: 'paused', channel: pauseFor ?? 'worker', reason: pauseReason ?? undefined });

  const human = createHumanWait({
    clock,
    slots,
    commit: (event) => void record.commit([event]).then(() => log.catchUp()),
    onSlotFreed: () => slotFreed.resolve(),
  });

  const handOver = (answer: Answer): void => {
    human.end(answer.id);
    runner.send({ type: 'answered', answer, publicKeyPem: publicKeyPem() });
  };

  const onEvent = (event: Event): void => {
    watch.event(event);
    runner.send({ type: 'changed' });
    switch (event.type) {
      case 'confirmation.answered': {
        const { confirmationId, outcome, grant, feedback, command } = event;
        if (outcome === 'expired' && limits.onSilence === 'fail') {
          const message = silenceMessage(limits.confirmationMs, command);
          end({ kind: 'ends', event: () => ({ type: 'task.failed', at: Date.now(), reason: 'confirmation_timeout', message }) });
        } else handOver({ kind: 'confirmation', id: confirmationId, outcome, grant, feedback });
        break;
      }
      case 'question.answered':
        handOver({ kind: 'question', id: event.questionId, text: event.text });
        break;
      case 'pause.requested':
        pauseFor = event.channel;
        pauseReason = event.reason ?? null;
        if (clock.stands()) pauseHere();
        break;
      case 'task.resumed':
        pauseFor = null;
        break;
      case 'cancel.requested':
        end(cancelled(event.channel));
        break;
      case 'task.cancelled':
      case 'task.failed':
        end({ kind: 'settled' });
        break;
    }
  };
  const log = followLog({
    id,
    after: options.seq,
    store,
    news,
    onEvent,
    recheckMs,
    onError: (err) => logger.warn('the log could not be read', { err }),
  });

  /** What others did since. A Redis that does not answer is waited for as with any commit. */
  const onLook = async ({ request }: Extract<FromRunner, { type: 'look' }>): Promise<void> => {
    const now = isOver ? null : await store.read(id).catch(() => null);
    if (now === null) return onCommit({ type: 'commit', request, events: [], records: [] });
    if (now.pauseRequested) pauseHere();
    runner.send({ type: 'acknowledged', request, outcome: now.pauseRequested ? { kind: 'refused' } : { kind: 'committed', task: now } });
  };

  const write = async ({ events, records }: Words): Promise<Committed> => {
    const made = await log.write(events.length, () => record.commit(events, { records }));
    // What is written here is not read back.
    if (made.kind === 'committed') events.forEach(watch.event);
    return made;
  };

  /** What was held back for a change goes in one commit with it, and stands where the change is refused. */
  const writeBoth = async (held: Words, change: Words): Promise<Committed> => {
    const both = await write({ events: [...held.events, ...change.events], records: [...held.records, ...change.records] });
    if (both.kind !== 'refused' || held.records.length === 0) return both;
    const alone = await write(held);
    return alone.kind === 'committed' ? { kind: 'refused', task: alone.task } : alone;
  };

  const onCommit = async ({ request, held = NOTHING, events, records }: Extract<FromRunner, { type: 'commit' }>): Promise<void> => {
    // In one commit with the end: whoever is told of it can have the work.
    const handed = isOver ? [] : await clone.deliverAt(events);
    const outcome = isOver ? ({ kind: 'fenced' } as const) : await writeBoth(held, { events: [...handed, ...events], records });
    if (outcome.kind === 'committed') {
      human.begin(outcome.task);
      // What the runner itself asked for is taken at once: nothing is under way when it does.
      if (events.some(({ type }) => type === 'pause.requested')) {
        pauseReason = outcome.task.pauseReason;
        pauseHere();
      }
      const { task: now, spent } = outcome;
      const day = spent === undefined ? null : (options.dayLimit?.of(spent) ?? null);
      runner.send({ type: 'acknowledged', request, outcome: { kind: 'committed', task: now, day } });
      if (isSettled(outcome.task.state)) end({ kind: 'settled' });
      else if (records.some(({ kind }) => kind === 'cleared' || kind === 'summary')) await shorten();
      return;
    }
    const kind = outcome.kind === 'refused' ? 'refused' : 'fenced';
    // What made it refused (a cancel, an ending) is in the log, and must be known before the runner goes: its going is no crash.
    if (kind === 'refused') await Promise.race([log.catchUp(), ending.promise]);
    if (outcome.kind === 'refused') {
      const { pauseRequested, messages } = outcome.task;
      if (pauseRequested) pauseHere();
      // Told when all but the end was written: the next attempt begins with it.
      if (messages.length > 0 && events.some(({ type }) => type === 'task.finished')) end({ kind: 'unheard' });
    }
    const isRevoked = outcome.kind === 'refused' && onlyYesIsMissing(outcome.task, events);
    runner.send({ type: 'acknowledged', request, outcome: { kind: isRevoked ? 'revoked' : kind } });
    if (kind === 'fenced') end({ kind: 'fenced' });
  };

  /** Not done it is done with the next such record. */
  const shorten = (): Promise<void> =>
    store.shortenTranscript(id, nonce).catch((err: unknown) => logger.warn('the transcript could not be shortened', { err }));

  const output = createLiveOutput((text) => {
    store.appendOutput(id, text).catch((err: unknown) => logger.debug('live output was lost', { err }));
  });
  let commits = Promise.resolve();
  const onMessage = (message: FromRunner): void => {
    switch (message.type) {
      case 'commit':
      case 'look':
        // With the commit, and for watchers in front of it.
        output.flush();
        commits = commits
          .then(() => (message.type === 'look' ? onLook(message) : onCommit(message)))
          .catch((err: unknown) => {
            logger.error('a commit could not be judged', { err });
            end({ kind: 'crashed' });
          });
        break;
      case 'diff':
        // Before the word that the task has ended, which comes by the same queue.
        commits = commits
          .then(() => store.saveDiff(id, message.diff))
          .catch((err: unknown) => logger.warn('what the task has changed could not be stored', { err }));
        break;
      case 'output':
        output.push(message.chunk);
        break;
      case 'tree':
        trees.push(...message.processes);
        break;
      case 'outage':
        if (message.stands) {
          clock.stand('model');
          if (pauseFor !== null) pauseHere();
        } else clock.go('model');
        break;
      case 'asked':
        watch.asked(message.asked);
        break;
      case 'call':
        watch.call(message);
        break;
      case 'called':
        watch.called(message);
        break;
      case 'warning':
        if (!warned.has(message.text)) logger.warn(message.text);
        warned.add(message.text);
        break;
      case 'log':
        logger[message.level](message.msg, message.fields);
        break;
    }
  };

  const clone = heldClone({
    work: options.clone ?? null,
    over: ending.promise.then(() => {}),
    write: async (words) => {
      const made = await write(words);
      if (made.kind !== 'committed') await log.catchUp();
      return made;
    },
    end,
    logger,
  });
  const runner = startRunner(task, logger, onMessage, { program: options.runnerProgram, spare: options.spare });
  // A spare has no mark in its environment, and may be ended before it could take its name.
  void processStartTime(runner.pid).then((startTime) => startTime !== null && trees.push({ pid: runner.pid, startTime }));
  const heartbeat = setInterval(renew, HEARTBEAT_MS);
  const deadline = setInterval(() => {
    if (record.mayBeLost()) end({ kind: 'fenced' });
    if (clock.ms() < limits.workMs) return;
    const minutes = Math.round(limits.workMs / 600) / 100;
    end({ kind: 'ends', event: () => ({ type: 'task.timed_out', at: Date.now(), minutes }) });
  }, DEADLINE_CHECK_MS);

  const live = async (): Promise<void> => {
    const { heard } = options;
    if (task.cancelRequested) end(cancelled('worker'));
    const day = (await options.dayLimit?.spending()) ?? null;
    const begun = isOver ? null : await clone.open(options);
    if (begun !== null) runner.send({ type: 'begin', ...begun, heard, day, settings, publicKeyPem: publicKeyPem() });
    void runner.ended.then(({ code, signal }) => {
      if (!isOver) logger.error('the runner died', { code, signal });
      end({ kind: 'crashed' });
    });
    // A re-attached question is waited for from the start; a cancel that nobody lived to carry out is carried out now.
    human.begin(task);
    if (pauseFor !== null) pauseHere();
    void log.catchUp();

    const reason = await ending.promise;
    log.stop();
    if (reason.kind === 'settled') await Promise.race([runner.ended, delay(EXIT_MS, undefined, { ref: false })]);
    const { killed, survivors } = await killAttempts(
      { taskId: id, since: task.createdAt, upTo: task.attempt, roots: trees },
      { graceMs: GRACE_MS },
    );
    await runner.ended;
    if (survivors.length > 0) logger.error('processes of the task survive', { survivors });
    // What the runner said before it died is written before what is said of it.
    await commits;
    if (reason.kind === 'fenced') await explainLoss(store, id, killed, logger);
    const left = { task, taskDir: settings.taskDir, store, logger };
    const kept = looksBack(reason) ? await lookBack(left, reason.kind === 'drained' ? DRAIN_LOOK_MS : LOOK_MS) : undefined;
    const handed = reason.kind === 'ends' ? await clone.deliver(false) : [];
    if (goesOn(reason)) await clone.keep(reason.kind === 'drained' ? DRAIN_LOOK_MS : LOOK_MS);
    const settled = await sayLast(record, task, reason, { stopped: killed, kept }, handed);
    if (settled) await (options.clone ? clone.leave() : clearUp(left));
    // A later attempt finds its folder as this one left it.
    if (settled) await rm(join(settings.taskDir, 'tmp'), { recursive: true, force: true });
    watch.end(await store.read(id).catch(() => null));
  };

  const letGo = (): void => {
    clearInterval(heartbeat);
    clearInterval(deadline);
    log.stop();
    output.flush();
    human.close();
    watch.end(null);
    slotFreed.resolve();
  };

  return { id, slotFreed: slotFreed.promise, over: live().finally(letGo), drain: () => end({ kind: 'drained' }) };
}
