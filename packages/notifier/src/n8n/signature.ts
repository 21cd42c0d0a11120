// Standard Webhooks: the headers by which a receiver knows a message, its age and its sender.
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** `whsec_…` secrets are base64 by that standard; any other is taken as it is written. */
const keyOf = (secret: string): Buffer =>
  secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret);

/** `now` in milliseconds since 1970; without a secret nothing is signed. */
export function webhookHeaders(id: string, body: string, secret: string | null, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const known = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === null) return known;
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...known, 'webhook-signature': `v1,${signature}` };
}
