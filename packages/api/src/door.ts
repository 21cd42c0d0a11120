// Who may come in: a bearer of the token, a signer with the secret, or, where neither is set, a direct request of this machine.
import type { IncomingMessage } from 'node:http';
import { isDirectFromHere } from './direct-peer.js';
import { type Refusal, refusal } from './refusal.js';
import { sameSecret } from './same-secret.js';
import { isSigned } from './signature.js';

export type Door = {
  token: string | null;
  /** Signatures are accepted beside the token. */
  secret: string | null;
  /** The setting that opens this door to others, for the refusal. */
  setting: 'WEBHOOK_TOKEN' | 'API_TOKEN';
};

export type Visitor = { request: Request; incoming: IncomingMessage | undefined; body: Buffer };

/** `as` names what let the visitor in: a setting, or this machine. */
export type Admitted = { ok: true; as: string };

export function admit(door: Door, { request, incoming, body }: Visitor, now: number): Admitted | Refusal {
  if (door.token === null && door.secret === null) {
    return isDirectFromHere(request, incoming)
      ? { ok: true, as: 'this machine' }
      : unauthorized(`Only direct requests from this machine are served until ${door.setting} is set.`);
  }
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (door.token !== null && bearer !== undefined && sameSecret(bearer, door.token)) return { ok: true, as: door.setting };
  if (door.secret !== null && isSigned(request.headers, body, door.secret, now)) return { ok: true, as: 'WEBHOOK_SECRET' };
  return unauthorized(
    door.token === null
      ? 'Sign the request with WEBHOOK_SECRET (headers webhook-id, webhook-timestamp, webhook-signature; at most five minutes old).'
      : `Send the header Authorization: Bearer with the value of ${door.setting}.`,
  );
}

const unauthorized = (message: string): Refusal => refusal(401, 'unauthorized', message);
