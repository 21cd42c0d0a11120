// The one door between wish and deed for commands: closed unless safety says safe, or the owner said yes to exactly these bytes.
import { type ConfirmationRequest, type EventOf, type Grant, hashAction, newId, verifyGrant } from '@tars/core';
import { classify } from '@tars/safety';
import type { Answered } from './answers.js';
import type { Context } from './context.js';
import { factsAbout } from './facts.js';

export type Passage =
  /** `confirmationId` names the yes that the command's intent will consume; null where none was needed. */
  | { kind: 'open'; confirmationId: string | null; purpose: ReturnType<typeof classify>['purpose']; reason: string }
  | { kind: 'closed'; text: string };

type Wish = { callId: string; command: string; agentSays: string };
type Found = Pick<ConfirmationRequest, 'cwd' | 'actionHash' | 'reason' | 'rule'>;

export async function passGate(context: Context, wish: Wish): Promise<Passage> {
  const { record, shell } = context;
  const { project } = record.task();
  const cwd = shell.cwd();
  const verdict = classify(wish.command, { cwd, projectRoot: project, facts: factsAbout(project) });
  const open = { kind: 'open', purpose: verdict.purpose, reason: verdict.kind === 'safe' ? wish.agentSays : verdict.reason } as const;
  if (verdict.kind === 'safe') return { ...open, confirmationId: null };

  const actionHash = hashAction({ command: wish.command, cwd });
  const expected = { taskId: record.task().id, callId: wish.callId, actionHash };
  const { grant: waitingGrant } = record.task();
  const isReattached = fits(context.openAtStart.confirmation, wish.callId, actionHash);
  // A yes that came while no worker lived.
  if (!isReattached && waitingGrant !== null && waitingGrant.callId === wish.callId && waitingGrant.actionHash === actionHash) {
    const { confirmationId } = waitingGrant;
    return holds(context, waitingGrant, context.publicKeyPem, { ...expected, confirmationId }) ?? { ...open, confirmationId };
  }
  const { answer, publicKeyPem } = await answered(context, wish, { cwd, actionHash, reason: verdict.reason, rule: verdict.rule });
  switch (answer.outcome) {
    case 'approved':
      return (
        holds(context, answer.grant, publicKeyPem, { ...expected, confirmationId: answer.id }) ?? { ...open, confirmationId: answer.id }
      );
    case 'denied':
      return closed(`The owner denied this command${answer.feedback === null ? '' : `: ${answer.feedback}`}.`);
    case 'locked':
      return closed('Nobody could confirm this command: too many wrong codes were given.');
    case 'expired':
      return closed('Nobody confirmed this command in time.');
  }
}

/** The owner's word on this very call: heard between two attempts, or asked for now. */
async function answered(context: Context, wish: Wish, found: Found): Promise<Answered<'confirmation'>> {
  const { heard, publicKeyPem } = context;
  if (heard?.callId === wish.callId && heard.answer.kind === 'confirmation') return { answer: heard.answer, publicKeyPem };
  const request = await asked(context, wish, found);
  return context.answers.of('confirmation', request.id);
}

/** Puts the question, unless an earlier attempt put this very one already; one that no longer fits is withdrawn. */
async function asked(
  { record, openAtStart, now }: Context,
  { callId, command, agentSays }: Wish,
  found: Found,
): Promise<ConfirmationRequest> {
  const { confirmation: open, limits } = record.task();
  const put = open ?? openAtStart.confirmation;
  if (put !== null && fits(put, callId, found.actionHash)) return put;
  const askedAt = now();
  const request = {
    id: newId('confirm'),
    callId,
    command,
    agentSays,
    access: [],
    askedAt,
    expiresAt: askedAt + limits.confirmationMs,
    ...found,
  };
  const withdrawn: EventOf<'confirmation.answered'>[] =
    open === null
      ? []
      : [
          {
            type: 'confirmation.answered',
            at: askedAt,
            confirmationId: open.id,
            outcome: 'denied',
            command: open.command,
            grant: null,
            feedback: 'it would now run in another folder and is asked for anew',
            channel: 'worker',
          },
        ];
  await record.commit([...withdrawn, { type: 'confirmation.requested', at: askedAt, confirmation: request }]);
  return request;
}

const fits = (request: ConfirmationRequest | null, callId: string, actionHash: string): boolean =>
  request?.callId === callId && request.actionHash === actionHash;

/** Null when the grant proves a yes to this action; the closed door otherwise. */
function holds(
  { now }: Context,
  grant: Grant | null,
  publicKeyPem: string | null,
  expected: Omit<Grant, 'expiresAt' | 'signature'>,
): Passage | null {
  if (grant === null || publicKeyPem === null) return closed('The confirmation could not be verified on this machine.');
  const verified = verifyGrant(grant, publicKeyPem, expected, now());
  return verified.ok ? null : closed(`The confirmation does not hold: ${verified.reason}.`);
}

const closed = (why: string): Passage => ({
  kind: 'closed',
  text: `${why} It was not run. Do not try it again, nor anything that comes to the same; go on without it or finish.`,
});
