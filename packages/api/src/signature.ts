// Standard Webhooks signatures: HMAC-SHA256 over `id.timestamp.body`, within five minutes of now.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 300;
const PREFIX = 'whsec_';

/** `whsec_…` secrets are base64 by that standard; any other is taken as it is written. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);

/** True when one of the signatures is made with one of the secrets over these very bytes, and is fresh. `now` in milliseconds since 1970. */
export function isSigned(headers: Headers, body: Buffer, secrets: readonly string[], now: number): boolean {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const given = (headers.get('webhook-signature') ?? '').split(' ').flatMap((one) => (one.startsWith('v1,') ? [one.slice(3)] : []));
  return secrets
    .map((secret) => createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64'))
    .some((expected) => given.some((signature) => timingSafeEqual(digest(signature), digest(expected))));
}

/** Equal lengths, as the comparison wants them. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
