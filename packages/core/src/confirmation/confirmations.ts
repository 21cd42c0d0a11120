// The only verifier of codes: one code, from one human, for exactly one action. The code itself is never stored.
import { createHmac, randomBytes } from 'node:crypto';
import type { AuditEntry, Caller } from '../audit.js';
import type { Channel } from '../event.js';
import { MAX_TRIES } from '../limits.js';
import { parseTaskId } from '../parse-task-id.js';
import type { Redact } from '../redact.js';
import type { AuditLog } from '../redis/audit-log.js';
import type { Redis } from '../redis/connect.js';
import { keys } from '../redis/keys.js';
import type { News } from '../redis/news.js';
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';
import type { CodeVerifier } from './code.js';
import { signGrant } from './grant.js';
import type { ConfirmationRequest } from './request.js';

/** A yes must be used within this time, then it is worth nothing. */
const GRANT_MS = 15 * 60_000;
/** Wrong codes per owner and window, over all requests. */
const MAX_TRIES_OF_USER = 10;
const WINDOW_MS = 15 * 60_000;
/** The same code from the same conversation counts once within this time: voice models call twice. */
const ECHO_MS = 10_000;
/** All that a task's log ever holds. */
const MAX_EVENTS = 5_000;

export type Submitted = { taskId: string } & (
  | { outcome: 'approved' | 'denied' | 'expired' | 'locked' | 'nothing_pending' | 'too_soon' | 'unknown_task' | 'no_code_configured' }
  | { outcome: 'wrong_code'; triesLeft: number }
  | { outcome: 'ambiguous_task'; pending: string[] }
);

/** Which request an answer is for: a task as people name it, the request's own id, or neither when only one waits. */
export type Target = { taskId?: string | undefined; confirmationId?: string | undefined };

type From = Caller & { channel: Channel };

export type Confirmations = ReturnType<typeof createConfirmations>;

export function createConfirmations(options: {
  store: TaskStore;
  redis: Redis;
  audit: AuditLog;
  /** Null: no code is configured, and nothing can be approved. */
  verifier: CodeVerifier | null;
  signingKeyPem: string;
  redact: Redact;
  clock?: () => number;
}) {
  const { store, redis, audit, verifier, signingKeyPem, redact, clock = Date.now } = options;
  const echoKey = randomBytes(32);
  const echoes = new Map<string, { at: number; answer: Promise<Submitted> }>();

  /** The task an answer means, or the answer that says why none can be told. */
  const find = async ({ taskId, confirmationId }: Target): Promise<{ task: Task; request: ConfirmationRequest } | Submitted> => {
    const open = await store.unsettled();
    const waiting = open.filter((task) => task.confirmation !== null);
    if (taskId !== undefined) {
      const exact = await store.read(taskId.trim().toLowerCase().replace(/^#/, ''));
      const said = exact === null ? parseTaskId(taskId, open) : ({ kind: 'one', id: exact.id } as const);
      if (said.kind === 'several') return { outcome: 'ambiguous_task', taskId: '', pending: said.ids };
      const task = said.kind === 'one' ? await store.read(said.id) : null;
      if (task === null) return { outcome: 'unknown_task', taskId: '' };
      return asked(task, confirmationId);
    }
    const meant = confirmationId === undefined ? waiting : waiting.filter((task) => task.confirmation?.id === confirmationId);
    const [only, second] = meant;
    if (only === undefined) return { outcome: confirmationId === undefined ? 'nothing_pending' : 'expired', taskId: '' };
    return second === undefined
      ? asked(only, confirmationId)
      : { outcome: 'ambiguous_task', taskId: '', pending: meant.map((task) => task.id) };
  };

  const asked = async (
    task: Task,
    confirmationId: string | undefined,
  ): Promise<{ task: Task; request: ConfirmationRequest } | Submitted> => {
    const request = task.confirmation;
    if (request === null) {
      if (await wasLocked(task.id, confirmationId)) return { outcome: 'locked', taskId: task.id };
      const late = confirmationId !== undefined || task.failure?.reason === 'confirmation_timeout';
      return { outcome: late ? 'expired' : 'nothing_pending', taskId: task.id };
    }
    const gone = request.expiresAt <= clock() || (confirmationId !== undefined && confirmationId !== request.id);
    return gone ? { outcome: 'expired', taskId: task.id } : { task, request };
  };

  /** True when wrong codes ended the request that is meant, or the task's last one. */
  const wasLocked = async (taskId: string, confirmationId: string | undefined): Promise<boolean> => {
    const last = (await store.events(taskId, 0, MAX_EVENTS)).findLast(
      ({ event }) => event.type === 'confirmation.answered' && (confirmationId === undefined || event.confirmationId === confirmationId),
    );
    return last?.event.type === 'confirmation.answered' && last.event.outcome === 'locked';
  };

  /** An answer that changed no task leaves its trace here; every other does so with its event. */
  const traced = async <T extends Submitted>(operation: AuditEntry['operation'], result: T, from: From, owner = 'unknown'): Promise<T> => {
    const { credential: who = owner, sessionId = null, channel } = from;
    await audit.record({ operation, outcome: result.outcome, taskId: result.taskId || null, who, sessionId, channel, about: null });
    return result;
  };

  /** Counts before anything is compared, so that a crash in between cannot give a free try. */
  const countTry = async (task: Task, request: ConfirmationRequest): Promise<{ left: number }> => {
    const [ofRequest, , ofUser] = await redis
      .multi()
      .incr(keys.tries(request.id))
      .pExpire(keys.tries(request.id), 24 * 3_600_000)
      .incr(keys.triesOfUser(task.owner))
      .pExpire(keys.triesOfUser(task.owner), WINDOW_MS, 'NX')
      .exec();
    return { left: Math.min(MAX_TRIES - Number(ofRequest), MAX_TRIES_OF_USER - Number(ofUser)) };
  };

  const answer = async (
    task: Task,
    request: ConfirmationRequest,
    outcome: 'approved' | 'denied' | 'locked',
    by: From,
    feedback: string | null,
  ): Promise<Submitted> => {
    const at = clock();
    const grant =
      outcome === 'approved'
        ? signGrant(
            {
              confirmationId: request.id,
              taskId: task.id,
              callId: request.callId,
              actionHash: request.actionHash,
              expiresAt: at + GRANT_MS,
            },
            signingKeyPem,
          )
        : null;
    const { id: confirmationId, command } = request;
    const done = await store.commit(task.id, {
      as: { role: 'outsider' },
      events: [{ type: 'confirmation.answered', at, confirmationId, outcome, command, grant, feedback, channel: by.channel }],
      by,
    });
    if (done.kind === 'committed') return { outcome, taskId: task.id };
    return traced(outcome === 'denied' ? 'deny' : 'confirm', { outcome: 'nothing_pending', taskId: task.id }, by, task.owner);
  };

  const judge = async (said: Target & From & { code: string }): Promise<Submitted> => {
    const found = await find(said);
    if ('outcome' in found) return traced('confirm', found, said);
    const { task, request } = found;
    if (verifier === null) return traced('confirm', { outcome: 'no_code_configured', taskId: task.id }, said, task.owner);
    const { left } = await countTry(task, request);
    if (left < 0) return traced('confirm', { outcome: 'locked', taskId: task.id }, said, task.owner);
    if (verifier.verify(said.code)) {
      const approved = await answer(task, request, 'approved', said, null);
      if (approved.outcome === 'approved') await redis.del(keys.triesOfUser(task.owner));
      return approved;
    }
    if (left === 0) return answer(task, request, 'locked', said, null);
    await store.commit(task.id, {
      as: { role: 'outsider' },
      events: [{ type: 'confirmation.tried', at: clock(), confirmationId: request.id, triesLeft: left, channel: said.channel }],
      by: said,
    });
    return { outcome: 'wrong_code', taskId: task.id, triesLeft: left };
  };

  /** The answer given before, unless a request waits that it was not about: a voice model's second call must not approve that one. */
  const repeated = async (answered: Promise<Submitted>, target: Target): Promise<Submitted> => {
    const first = await answered;
    if (first.outcome === 'wrong_code' || first.outcome === 'locked') return first;
    const found = await find(target);
    return 'outcome' in found ? first : { outcome: 'too_soon', taskId: found.task.id };
  };

  return {
    /** Judges a code. Every kind of wrong has its own outcome; only `approved` changed what the worker may do. */
    submit(said: Target & From & { code: string }): Promise<Submitted> {
      const now = clock();
      for (const [echo, { at }] of echoes) if (at + ECHO_MS <= now) echoes.delete(echo);
      if (said.sessionId === undefined) return judge(said);
      const echo = createHmac('sha256', echoKey)
        .update(JSON.stringify([said.sessionId, said.taskId, said.confirmationId, said.code]))
        .digest('hex');
      const known = echoes.get(echo);
      if (known !== undefined) return repeated(known.answer, said);
      const judged = judge(said);
      echoes.set(echo, { at: now, answer: judged });
      judged.catch(() => echoes.delete(echo));
      return judged;
    },

    /** The owner's no. `because` reaches the agent. */
    async deny(said: Target & From & { because?: string | undefined }): Promise<Submitted> {
      const found = await find(said);
      if ('outcome' in found) return traced('deny', found, said);
      return answer(found.task, found.request, 'denied', said, said.because === undefined ? null : redact(said.because));
    },

    /** Where no code is configured nothing can ever be approved, so each request is denied as soon as it is made. */
    attend(news: News, onError: (error: unknown) => void): () => void {
      if (verifier !== null) return () => {};
      const by = { channel: 'worker', credential: 'tars' } as const;
      const refuse = async (taskId: string) => {
        const task = await store.read(taskId);
        if (task?.confirmation) await answer(task, task.confirmation, 'denied', by, 'no confirmation code is configured on this machine');
      };
      return news.listen(({ taskId }) => {
        refuse(taskId).catch(onError);
      });
    },
  };
}
