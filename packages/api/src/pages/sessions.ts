// Who is signed in: a random id in the browser, and in Redis only what proves which token it was opened with.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { keys, type Redis } from '@tars/core/redis';
import { createKeyring } from '../keyring.js';

/** A working day; then the token is asked for again. */
export const SESSION_MS = 12 * 3_600_000;

export type Holder = {
  /** Whose room it opens; null for the first. */ owner: string | null /** Its name in the audit trail. */;
  as: string;
};

export type Sessions = {
  /** Null for a token that nobody holds. */
  begin(token: string): Promise<string | null>;
  /** Null once it is over, or its token does not count any more. */
  holderOf(id: string): Promise<Holder | null>;
  end(id: string): Promise<void>;
};

const ID = /^[\w-]{43}$/;

export const newSessionId = (): string => randomBytes(32).toString('base64url');
export const isSessionId = (text: string | undefined): text is string => text !== undefined && ID.test(text);

/** What a form must bring along: only a page that was made for this browser knows it. */
export const csrfOf = (id: string): string => createHmac('sha256', id).update('csrf').digest('base64url');

export function isCsrfOf(id: string, presented: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(csrfOf(id)), digest(presented));
}

export function createSessions(redis: Redis, entries: readonly { holder: Holder; secret: string }[]): Sessions {
  const keyring = createKeyring(entries);
  // Keyed by the id, which Redis does not know: nobody can guess a token from what lies there.
  const proof = (id: string, token: string) => createHmac('sha256', id).update(token).digest();
  return {
    async begin(token) {
      if (keyring.holderOf(token) === null) return null;
      const id = newSessionId();
      await redis.set(keys.visit(id), proof(id, token).toString('hex'), { expiration: { type: 'PX', value: SESSION_MS } });
      return id;
    },
    async holderOf(id) {
      const kept = Buffer.from((await redis.get(keys.visit(id))) ?? '', 'hex');
      if (kept.length !== 32) return null;
      return entries.reduce<Holder | null>(
        (found, { holder, secret }) => (timingSafeEqual(proof(id, secret), kept) ? holder : found),
        null,
      );
    },
    async end(id) {
      await redis.del(keys.visit(id));
    },
  };
}
