// The owner's side of an attempt in a test: sees what is asked, and answers as a supervisor would hand it over.
import { generateKeyPairSync } from 'node:crypto';
import { type ConfirmationOutcome, type ConfirmationRequest, type Event, type Grant, signGrant } from '@tars/core';
import { waitUntil } from '@tars/testkit';
import type { Attempt } from './attempt.js';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const PRIVATE_PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const PUBLIC_PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The request that waits now, once one does that is not `after`. */
export const requestOf = ({ record }: Attempt, after: string | null = null): Promise<ConfirmationRequest> =>
  waitUntil(
    () => {
      const { confirmation } = record.task();
      return confirmation === null || confirmation.id === after ? null : confirmation;
    },
    { what: 'a request for a confirmation', timeoutMs: 20_000 },
  );

export const grantFor = (attempt: Attempt, { id, callId, actionHash }: ConfirmationRequest): Grant =>
  signGrant({ confirmationId: id, taskId: attempt.record.task().id, callId, actionHash, expiresAt: Date.now() + 60_000 }, PRIVATE_PEM);

/** In the record first, then handed over. */
export function answer(attempt: Attempt, request: ConfirmationRequest, outcome: ConfirmationOutcome, grant: Grant | null = null): void {
  const { id, command } = request;
  const said = { outcome, grant, feedback: null };
  attempt.record.outside({ type: 'confirmation.answered', at: 1, confirmationId: id, command, channel: 'cli', ...said });
  attempt.context.answers.hand({ kind: 'confirmation', id, ...said }, PUBLIC_PEM);
}

export const approve = (attempt: Attempt, request: ConfirmationRequest): void =>
  answer(attempt, request, 'approved', grantFor(attempt, request));

export const intentsOf = ({ record }: Attempt) =>
  record.events().flatMap((event: Event) => (event.type === 'command.intended' ? [event] : []));
