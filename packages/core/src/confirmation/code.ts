// Whether a code is the right one, without keeping the code.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type CodeVerifier = { verify(attempt: string): boolean };

/** Holds only a keyed hash; the key is random and never leaves this process. The time taken tells nothing. */
export function createCodeVerifier(code: string): CodeVerifier {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const right = digest(code);
  return { verify: (attempt) => timingSafeEqual(digest(attempt), right) };
}
