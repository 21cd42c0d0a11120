// Standard Webhooks signatures: HMAC-SHA256 over `id.timestamp.body`, within five minutes of now.
import { createHmac } from 'node:crypto';
import { sameSecret } from './same-secret.js';

const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';

/** `whsec_…` secrets are base64 by that standard; any other is taken as it is written. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);

/** True when one of the signatures fits these very bytes and is fresh. `now` in milliseconds since 1970. */
export function isSigned(headers: Headers, body: Buffer, secret: string, now: number): boolean {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64');
  const given = (headers.get('webhook-signature') ?? '').split(' ').flatMap((one) => (one.startsWith('v1,') ? [one.slice(3)] : []));
  return given.some((signature) => sameSecret(signature, expected));
}
