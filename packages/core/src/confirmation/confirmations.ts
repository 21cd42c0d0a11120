// The only verifier of codes: one code, from one human, for exactly one action. The code itself is never stored.
import type { AuditEntry, Caller } from '../audit.js';
import type { Channel } from '../event.js';
import type { Redact } from '../redact.js';
import type { AuditLog } from '../redis/audit-log.js';
import type { Redis } from '../redis/connect.js';
import type { News } from '../redis/news.js';
import type { TaskStore } from '../redis/store.js';
import type { Task } from '../task.js';
import { BEAT_MS, onTheBeat } from './beat.js';
import { type CodeVerifier, codeIn } from './code.js';
import { createEchoes } from './echoes.js';
import { findRequest, type Target } from './find-request.js';
import { signGrant } from './grant.js';
import type { ConfirmationRequest } from './request.js';
import { watchSilence } from './silence.js';
import type { Submitted } from './submitted.js';
import { grantedTask, takeBack } from './take-back.js';
import { TOTP_SPENT_MS } from './totp.js';
import { countTry, forgetTries, spend } from './tries.js';

/** A yes must be used within this time, then it is worth nothing. */
const GRANT_MS = 15 * 60_000;

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
  beatMs?: number;
}) {
  const { store, redis, audit, verifier, signingKeyPem, redact, clock = Date.now, beatMs = BEAT_MS } = options;
  const echoes = createEchoes<Submitted>(clock);

  /** An answer that changed no task leaves its trace here; every other does so with its event. */
  const traced = async <T extends Submitted>(operation: AuditEntry['operation'], result: T, from: From, owner = 'unknown'): Promise<T> => {
    const { credential: who = owner, sessionId = null, channel } = from;
    await audit.record({ operation, outcome: result.outcome, taskId: result.taskId || null, who, sessionId, channel, about: null });
    return result;
  };

  const answer = async (
    task: Task,
    request: ConfirmationRequest,
    outcome: 'approved' | 'denied' | 'locked',
    by: From,
    feedback: string | null,
  ): Promise<Submitted> => {
    const at = clock();
    const { id: confirmationId, callId, actionHash, command } = request;
    const claims = { confirmationId, taskId: task.id, callId, actionHash, expiresAt: at + GRANT_MS };
    const grant = outcome === 'approved' ? signGrant(claims, signingKeyPem) : null;
    const done = await store.commit(task.id, {
      as: { role: 'outsider' },
      events: [{ type: 'confirmation.answered', at, confirmationId, outcome, command, grant, feedback, channel: by.channel }],
      by,
    });
    if (done.kind === 'committed') return { outcome, taskId: task.id };
    // Somebody else was faster: the first answer holds.
    const now = await findRequest(store, { taskId: task.id, confirmationId }, at);
    return 'outcome' in now ? now : { outcome: 'nothing_pending', taskId: task.id };
  };

  const judge = async (said: Target & From & { code: string }): Promise<Submitted> => {
    const found = await findRequest(store, said, clock());
    if ('outcome' in found) return traced('confirm', found, said);
    const { task, request } = found;
    const taskId = task.id;
    if (verifier === null) return traced('confirm', { outcome: 'no_code_configured', taskId }, said, task.owner);
    const counted = await countTry(redis, task, request);
    if (counted.kind === 'closed') return traced('confirm', { outcome: 'locked', taskId, opensInMs: counted.endsInMs }, said, task.owner);
    const { left, windowEndsInMs } = counted;
    if (left < 0) return traced('confirm', { outcome: 'locked', taskId }, said, task.owner);
    const proven = verifier.verify(said.code, clock());
    if (proven !== null) {
      if (proven.once !== null && !(await spend(redis, proven.once, TOTP_SPENT_MS)))
        return traced('confirm', { outcome: 'code_spent', taskId, triesLeft: left }, said, task.owner);
      const approved = await answer(task, request, 'approved', said, null);
      if (approved.outcome !== 'approved') return traced('confirm', approved, said, task.owner);
      await forgetTries(redis, task);
      return approved;
    }
    if (left === 0) {
      const locked = await answer(task, request, 'locked', said, null);
      if (locked.outcome !== 'locked') return traced('confirm', locked, said, task.owner);
      return windowEndsInMs === null ? locked : { ...locked, opensInMs: windowEndsInMs };
    }
    await store.commit(taskId, {
      as: { role: 'outsider' },
      events: [{ type: 'confirmation.tried', at: clock(), confirmationId: request.id, triesLeft: left, channel: said.channel }],
      by: said,
    });
    return { outcome: 'wrong_code', taskId, triesLeft: left };
  };

  /** The answer given before, unless a request waits that it was not about: a voice model's second call must not approve that one. */
  const repeated = async (answered: Promise<Submitted>, target: Target): Promise<Submitted> => {
    const first = await answered;
    if (first.outcome === 'wrong_code' || first.outcome === 'locked') return first;
    const found = await findRequest(store, target, clock());
    return 'outcome' in found ? first : { outcome: 'too_soon', taskId: found.task.id };
  };

  /** Judges a code; one that was judged a moment ago in the same conversation is not judged again. */
  const heard = (said: Target & From & { code: string }): Promise<Submitted> => {
    if (said.sessionId === undefined) return judge(said);
    const words = [said.sessionId, said.taskId, said.confirmationId, said.code];
    const known = echoes.known(words);
    if (known !== null) return repeated(known, said);
    const judged = judge(said);
    echoes.keep(words, judged);
    return judged;
  };

  return {
    /** Every kind of wrong has its own outcome; only `approved` changed what the worker may do. */
    async submit(said: Target & From & { code: string }): Promise<Submitted> {
      const code = codeIn(said.code);
      if (code === null) return traced('confirm', { outcome: 'not_a_code', taskId: '' }, said);
      // That nothing is taken any more is no secret, and an attack on it should not pile up here.
      return onTheBeat(
        () => heard({ ...said, code }),
        ({ outcome }) => outcome === 'locked',
        beatMs,
      );
    },

    /** The owner's no; it also takes back a yes that no command has used yet. `because` reaches the agent. */
    async deny(said: Target & From & { because?: string | undefined }): Promise<Submitted> {
      const feedback = said.because === undefined ? null : redact(said.because);
      const found = await findRequest(store, said, clock());
      const denied = 'outcome' in found ? found : await answer(found.task, found.request, 'denied', said, feedback);
      if (denied.outcome === 'denied') return denied;
      const granted = await grantedTask(store, said, denied);
      const isTakenBack = granted !== null && (await takeBack(store, granted, { at: clock(), feedback, by: said }));
      return isTakenBack
        ? { outcome: 'denied', taskId: granted.id }
        : traced('deny', denied, said, 'task' in found ? found.task.owner : undefined);
    },

    /**
     * What a process that stays does for every request: reminds of it, ends it when its time is over even while no worker lives,
     * and denies it at once where no code is configured, because nothing can ever be approved there.
     */
    attend(news: News, onError: (error: unknown) => void): () => void {
      const stopWatching = watchSilence({ store, clock, onError });
      if (verifier !== null) return stopWatching;
      const by = { channel: 'worker', credential: 'tars' } as const;
      const refuse = async (taskId: string) => {
        const task = await store.read(taskId);
        if (task?.confirmation) await answer(task, task.confirmation, 'denied', by, 'no confirmation code is configured on this machine');
      };
      const stopRefusing = news.listen(({ taskId }) => {
        refuse(taskId).catch(onError);
      });
      return () => {
        stopWatching();
        stopRefusing();
      };
    },
  };
}
