// What a form was answered, kept for the page that is shown next, where no script shows it at once.
import { randomBytes } from 'node:crypto';
import { keys, type Redis } from '@tars/core/redis';

const KEPT_MS = 60_000;

/** The id to ask for it by; nobody can make a page say something by making up an address. */
export async function keepSaid(redis: Redis, text: string): Promise<string> {
  const id = randomBytes(12).toString('base64url');
  await redis.set(keys.said(id), text, { expiration: { type: 'PX', value: KEPT_MS } });
  return id;
}

export const readSaid = async (redis: Redis, id: string | undefined): Promise<string | null> =>
  /^[\w-]{16}$/.test(id ?? '') ? redis.get(keys.said(id ?? '')) : null;
