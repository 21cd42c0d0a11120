// Who may come in: a bearer of a token, a signer with a secret, or, where neither is set, a direct request of this machine.
import type { IncomingMessage } from 'node:http';
import { isDirectFromHere } from './direct-peer.js';
import { bearerOf, createKeyring } from './keyring.js';
import type { Visit } from './pages/visit.js';
import { type Refusal, refusal } from './refusal.js';
import { isSigned } from './signature.js';

export type DoorSettings = {
  tokens: readonly string[];
  /** Signatures are accepted beside the tokens. */
  secrets: readonly string[];
  /** The setting that opens this door to others, for the refusal. */
  setting: 'WEBHOOK_TOKEN' | 'API_TOKEN';
  /** What a token's bearer is called in the audit trail. */
  bearer: string;
};

export type Visitor = { request: Request; incoming: IncomingMessage | undefined /** For the pages alone. */; visit?: Visit | undefined };

/** `as` names what let the visitor in: a setting, or this machine. */
export type Admitted = { ok: true; as: string; isHere: boolean };

export type Door = {
  /** By what stands in the headers alone; `unsigned` when a signature over the body may still let the visitor in. */
  admit(visitor: Visitor): Admitted | Refusal | 'unsigned';
  admitSigned(headers: Headers, body: Buffer, now: number): Admitted | Refusal;
};

export function createDoor({ tokens, secrets, setting, bearer }: DoorSettings): Door {
  const keyring = createKeyring(tokens.map((secret) => ({ holder: bearer, secret })));
  const closed = refusal(401, 'unauthorized', howToEnter(tokens.length > 0, setting));
  const onlyHere = refusal(401, 'unauthorized', `Only direct requests from this machine are served until ${setting} is set.`);
  return {
    admit({ request, incoming }) {
      if (tokens.length === 0 && secrets.length === 0) {
        return isDirectFromHere(request, incoming) ? { ok: true, as: 'this machine', isHere: true } : onlyHere;
      }
      const presented = bearerOf(request.headers);
      const as = presented === null ? null : keyring.holderOf(presented);
      if (as !== null) return { ok: true, as, isHere: false };
      return secrets.length > 0 && request.headers.has('webhook-signature') ? 'unsigned' : closed;
    },
    admitSigned(headers, body, now) {
      return isSigned(headers, body, secrets, now) ? { ok: true, as: 'WEBHOOK_SECRET', isHere: false } : closed;
    },
  };
}

const howToEnter = (byToken: boolean, setting: DoorSettings['setting']): string =>
  byToken
    ? `Send the header Authorization: Bearer with the value of ${setting}.`
    : 'Sign the request with WEBHOOK_SECRET (headers webhook-id, webhook-timestamp, webhook-signature; at most five minutes old).';
