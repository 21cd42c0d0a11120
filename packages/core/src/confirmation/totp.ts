// Codes of an authenticator app: RFC 6238 with SHA-1, six digits and steps of 30 seconds, as every such app knows them.
import { createHmac, randomBytes } from 'node:crypto';
import { type CodeVerifier, createComparison } from './code.js';

const STEP_MS = 30_000;
const DIGITS = 6;
/** Clocks of phones differ a little, and a code takes a moment to say. */
const STEPS_AROUND = [-1, 0, 1];
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const stepAt = (ms: number): number => Math.floor(ms / STEP_MS);

/** The code of one step (RFC 4226, section 5.3). */
function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The code that an app with this base32 secret shows at that time. */
export const totpCode = (secret: string, ms: number): string => codeOf(fromBase32(secret), stepAt(ms));

/** Right are the codes of this step and of the ones beside it; each names its step, to be spent by its first use. */
export function createTotpVerifier(secret: string): CodeVerifier {
  const key = fromBase32(secret);
  const { digest, isSame } = createComparison();
  return {
    verify(attempt, nowMs) {
      const tried = digest(attempt);
      // All of them are compared whatever the first ones say: an early match would show in the time taken.
      const steps = STEPS_AROUND.map((around) => stepAt(nowMs) + around);
      const right = steps.filter((step) => isSame(tried, digest(codeOf(key, step))));
      return right[0] === undefined ? null : { once: `totp:${right[0]}` };
    },
  };
}

/** A step may be told apart from a later one for this long. */
export const TOTP_SPENT_MS = STEP_MS * (STEPS_AROUND.length + 1);

/** A new secret of 160 bits in base32. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** What an authenticator app reads from a QR code. SHA-1, six digits and 30 seconds are what it takes for granted. */
export const otpauthUri = (secret: string, account: string): string =>
  `otpauth://totp/TARS:${encodeURIComponent(account)}?secret=${secret}&issuer=TARS`;

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET.charAt(Number.parseInt(five, 2))).join('');
}
