// Secrets by whom they stand for: kept as keyed hashes, and compared in a time that tells nothing about them.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type Keyring<Holder> = {
  /** Who holds this secret; null for one nobody holds. Every entry is compared, whichever fits. */
  holderOf(presented: string): Holder | null;
};

export function createKeyring<Holder>(entries: readonly { holder: Holder; secret: string }[]): Keyring<Holder> {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const kept = entries.map(({ holder, secret }) => ({ holder, hash: digest(secret) }));
  return {
    holderOf(presented) {
      const hash = digest(presented);
      return kept.reduce<Holder | null>((found, entry) => (timingSafeEqual(entry.hash, hash) ? entry.holder : found), null);
    },
  };
}

/** The token of an `Authorization: Bearer` header. */
export const bearerOf = (headers: Headers): string | null => /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null;
