// The owner's word on one action: asked for, proved, and bound to the world as it was when it was shown. What changed meanwhile is asked anew.
import { createHash } from 'node:crypto';
import {
  agentWords,
  type ConfirmationRequest,
  canBeShown,
  type EventOf,
  type Grant,
  hashAction,
  MAX_CONFIRMATIONS,
  newId,
  verifyGrant,
} from '@tars/core';
import type { Answer } from '../protocol.js';
import type { Answered } from './answers.js';
import { type Bound, changesBetween } from './bound.js';
import type { Context } from './context.js';
import { OverError } from './record.js';

/** `command`: the exact bytes that a person reads and approves. */
export type Asked = { callId: string; command: string; agentSays: string };

/** What there is to say of the action now. */
export type Weighed = Pick<ConfirmationRequest, 'cwd' | 'reason' | 'rule' | 'access'> & {
  bound: Bound;
  /** Only computed when somebody is asked. */
  effect: () => Promise<string>;
};

export type Ruling =
  /** `confirmationId` names the yes that the action's intent will consume. */
  { kind: 'open'; confirmationId: string } | { kind: 'closed'; text: string };

/** The yes that there was counts no more; why is told with the next request. */
type Again = { kind: 'again'; why: string };

type Known = Omit<Weighed, 'effect'> & { actionHash: string; effect: () => Promise<string> };

/** Weighs before the question and once more after the yes: only what is the same both times may be done. */
export async function askOwner(context: Context, asked: Asked, weigh: () => Promise<Weighed>): Promise<Ruling> {
  if (!canBeShown(asked.command)) {
    return closed(
      'This is too long to be shown to the owner whole, so nobody can approve it. Write it shorter, or put it into a script file and run that.',
    );
  }
  let known = identified(asked, await weigh());
  for (let why: string | undefined; ; ) {
    const ruling = await rulingOn(context, asked, known, why);
    if (ruling.kind === 'closed') return ruling;
    if (ruling.kind === 'again') {
      why = ruling.why;
      continue;
    }
    const now = identified(asked, await weigh());
    if (now.actionHash === known.actionHash) return ruling;
    why = changesBetween(known.bound, now.bound);
    known = now;
  }
}

/** With the hash that a yes is given to. */
export function identified({ command }: Pick<Asked, 'command'>, weighed: Weighed): Known {
  const gets = createHash('sha256').update(JSON.stringify(weighed.access)).digest('hex');
  const bound = { ...weighed.bound, 'what it gets': gets };
  return { ...weighed, bound, actionHash: hashAction({ command, cwd: weighed.cwd, bound }) };
}

/** `why`: the owner was asked before and is asked once more; what was answered until now counts no longer. */
async function rulingOn(context: Context, asked: Asked, known: Known, why: string | undefined): Promise<Ruling | Again> {
  const { heard, publicKeyPem } = context;
  if (why !== undefined) return ruled(context, asked, known, await answerTo(context, await put(context, asked, known, why)));
  const waiting = waitingGrant(context, asked);
  if (waiting !== null) return waitingRuling(context, asked, known, waiting);
  if (heard?.callId === asked.callId && heard.answer.kind === 'confirmation')
    return ruled(context, asked, known, { answer: heard.answer, publicKeyPem });
  return ruled(context, asked, known, await answerTo(context, await openRequest(context, asked, known)));
}

const answerTo = ({ answers }: Context, { id }: ConfirmationRequest) => answers.of('confirmation', id);

/** A yes to this call that came while no worker lived. The answer to a request found open comes by itself, be it here already. */
function waitingGrant({ record, openAtStart }: Context, { callId }: Asked): Grant | null {
  const { grant } = record.task();
  return grant?.callId === callId && openAtStart.confirmation?.callId !== callId ? grant : null;
}

function waitingRuling(context: Context, asked: Asked, known: Known, grant: Grant): Ruling | Again {
  if (grant.actionHash !== known.actionHash) return { kind: 'again', why: 'something it depends on changed since your yes' };
  const reason = refusalOf(context, asked, known, { id: grant.confirmationId, grant, publicKeyPem: context.publicKeyPem });
  switch (reason) {
    case null:
      return { kind: 'open', confirmationId: grant.confirmationId };
    case 'bad_signature':
      return { kind: 'again', why: 'your yes was signed with a key that is no longer in use' };
    case 'expired':
      return { kind: 'again', why: 'your yes is too old by now' };
    default:
      return closed(`The confirmation does not hold: ${reason}.`);
  }
}

function ruled(context: Context, asked: Asked, known: Known, { answer, publicKeyPem }: Answered<'confirmation'>): Ruling {
  switch (answer.outcome) {
    case 'approved':
      return provenRuling(context, asked, known, answer, publicKeyPem);
    case 'denied':
      return closed(`The owner denied this command${answer.feedback === null ? '' : `: ${answer.feedback}`}.`);
    case 'locked':
      return closed('Nobody could confirm this: too many wrong codes were given.');
    case 'expired':
      return closed('Nobody confirmed this in time.');
  }
}

type Approved = Extract<Answer, { kind: 'confirmation' }>;

function provenRuling(context: Context, asked: Asked, known: Known, { id, grant }: Approved, publicKeyPem: string | null): Ruling {
  const reason = refusalOf(context, asked, known, { id, grant, publicKeyPem });
  if (reason === null) return { kind: 'open', confirmationId: id };
  return closed(
    reason === 'unverified' ? 'The confirmation could not be verified on this machine.' : `The confirmation does not hold: ${reason}.`,
  );
}

type Proof = { id: string; grant: Grant | null; publicKeyPem: string | null };

/** Null when the grant proves a yes to exactly this. */
function refusalOf({ record, now }: Context, { callId }: Asked, { actionHash }: Known, { id, grant, publicKeyPem }: Proof) {
  if (grant === null || publicKeyPem === null) return 'unverified';
  const verified = verifyGrant(grant, publicKeyPem, { confirmationId: id, taskId: record.task().id, callId, actionHash }, now());
  return verified.ok ? null : verified.reason;
}

/** The request that an earlier attempt put, when it is about this very action; otherwise a new one. */
async function openRequest(context: Context, asked: Asked, known: Known): Promise<ConfirmationRequest> {
  const open = context.record.task().confirmation ?? context.openAtStart.confirmation;
  if (open?.callId !== asked.callId) return put(context, asked, known);
  return open.actionHash === known.actionHash ? open : put(context, asked, known, changesBetween(open.bound ?? {}, known.bound));
}

/** Puts the question; one that is still open but no longer fits is withdrawn with it. */
async function put(context: Context, asked: Asked, known: Known, changed?: string): Promise<ConfirmationRequest> {
  const { record, now } = context;
  const { confirmation: open, limits, asks } = record.task();
  const most = limits.confirmations ?? MAX_CONFIRMATIONS;
  if (asks >= most) return giveUp(context, most);
  const { effect, ...facts } = known;
  const told = await effect();
  const askedAt = now();
  const request: ConfirmationRequest = {
    id: newId('confirm'),
    callId: asked.callId,
    command: asked.command,
    agentSays: agentWords(asked.agentSays),
    ...facts,
    effect: told,
    ...(changed === undefined ? {} : { changed }),
    askedAt,
    expiresAt: askedAt + limits.confirmationMs,
  };
  const withdrawn = open === null ? [] : [withdrawal(open, askedAt)];
  await record.commit([...withdrawn, { type: 'confirmation.requested', at: askedAt, confirmation: request }]);
  return request;
}

const withdrawal = ({ id, command }: ConfirmationRequest, at: number): EventOf<'confirmation.answered'> => ({
  type: 'confirmation.answered',
  at,
  confirmationId: id,
  outcome: 'denied',
  command,
  grant: null,
  feedback: 'it is not what it was when it was asked for, and is asked for anew',
  channel: 'worker',
});

/** Who is asked again and again stops reading: the task ends and says why. */
async function giveUp({ record, now }: Context, most: number): Promise<never> {
  const message = `It wanted a confirmation code for the ${most + 1}th time; a task may ask ${most} times (MAX_CONFIRMATIONS_PER_TASK). The last command was not run.`;
  await record.commit([
    {
      type: 'notice.given',
      at: now(),
      notice: 'too_many_confirmations',
      text: `The task has asked for ${most} confirmations, and asks no more.`,
    },
    { type: 'task.failed', at: now(), reason: 'too_many_confirmations', message },
  ]);
  throw new OverError('It asked too often.');
}

export const closed = (why: string): Extract<Ruling, { kind: 'closed' }> => ({
  kind: 'closed',
  text: `${why} It was not done. Do not try it again, nor anything that comes to the same; go on without it or finish.`,
});
