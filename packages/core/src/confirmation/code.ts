// Whether a code is the right one, without keeping the code.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { parseAnswer } from '../parse-answer.js';

/** What a right code proves. `once` names what proves nothing a second time; null for a code that stays the same. */
export type Proven = { once: string | null };

export type CodeVerifier = {
  /** Null for a wrong code. The time taken tells nothing. */
  verify(attempt: string, nowMs: number): Proven | null;
};

/** Compares by a keyed hash; the key is random and never leaves this process. */
export function createComparison(): { digest(text: string): Buffer; isSame(attempt: Buffer, right: Buffer): boolean } {
  const key = randomBytes(32);
  return {
    digest: (text) => createHmac('sha256', key).update(text).digest(),
    isSame: (attempt, right) => timingSafeEqual(attempt, right),
  };
}

/** The code that stays the same; of it only a keyed hash is held. */
export function createCodeVerifier(code: string): CodeVerifier {
  const { digest, isSame } = createComparison();
  const right = digest(code);
  return { verify: (attempt) => (isSame(digest(attempt), right) ? { once: null } : null) };
}

const SHAPE = /^\d{4,12}$/;

/** The digits of what was given as a code, in digits or in words; null for what can be none, which is no try either. */
export function codeIn(given: string): string | null {
  const digits = given.normalize('NFKC').replace(/[\s\p{Cf}-]/gu, '');
  if (SHAPE.test(digits)) return digits;
  const said = parseAnswer(given);
  return said.kind === 'code' ? said.code : null;
}
