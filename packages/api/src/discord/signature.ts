// Discord's signatures: Ed25519 by the application's key over `timestamp + body`, within five minutes of now.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';

const TOLERANCE_SECONDS = 300;
/** What stands before the 32 bytes of an Ed25519 key in a form that is read everywhere. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export const SIGNATURE_HEADER = 'x-signature-ed25519';
const TIMESTAMP_HEADER = 'x-signature-timestamp';

/** Of the 64 hex digits that Discord shows. */
export const keyOf = (hex: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.from(hex, 'hex')]), format: 'der', type: 'spki' });

/** `now` in milliseconds since 1970. One signature has one spelling, by which a repeat is known. */
export function isSignedByDiscord(headers: Headers, body: Buffer, key: KeyObject, now: number): boolean {
  const signature = headers.get(SIGNATURE_HEADER) ?? '';
  const timestamp = headers.get(TIMESTAMP_HEADER) ?? '';
  if (!/^[0-9a-f]{128}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  return verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'hex'));
}
