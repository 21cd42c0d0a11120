// A message that comes twice counts once: what the first was answered is remembered by its id, across processes.
import { createHash } from 'node:crypto';
import { keys, type Redis } from '@tars/core/redis';
import { type Refusal, refusal } from './refusal.js';

/** Longer than a signature is good for on both sides of now, so that none can be replayed. */
const REMEMBERED_MS = 15 * 60_000;
/** A first that has not been answered by then never will be. */
const UNDER_WAY_MS = 10_000;

type Kept = { body: string; answer: { status: number; text: string } | null };

export type Remembered = {
  /** `answer` makes the answer to the first; what comes after it with the same id and bytes gets the same, and nothing happens again. */
  once(id: string, body: Buffer, answer: () => Promise<Response>): Promise<Response | Refusal>;
};

const REUSED = refusal(
  409,
  'id_reused',
  'A message with this webhook-id, but with other content, came before. Give each message an id of its own.',
);
const UNDER_WAY = refusal(409, 'in_progress', 'The same message is being answered right now. Send it again in a moment.', undefined, 1);

export function createRemembered(redis: Redis): Remembered {
  return {
    async once(id, body, answer) {
      const key = keys.webhook(id);
      const digest = createHash('sha256').update(body).digest('hex');
      const claim = JSON.stringify({ body: digest, answer: null } satisfies Kept);
      const isFirst = await redis.set(key, claim, { condition: 'NX', expiration: { type: 'PX', value: UNDER_WAY_MS } });
      if (isFirst === null) return repeat(await redis.get(key), digest);
      const response = await answer();
      // Whatever failed on our side is worth another try.
      if (response.status >= 500) await redis.del(key);
      else {
        const kept: Kept = { body: digest, answer: { status: response.status, text: await response.clone().text() } };
        await redis.set(key, JSON.stringify(kept), { expiration: { type: 'PX', value: REMEMBERED_MS } });
      }
      return response;
    },
  };
}

function repeat(first: string | null, digest: string): Response | Refusal {
  if (first === null) return UNDER_WAY;
  const { body, answer } = JSON.parse(first) as Kept;
  if (body !== digest) return REUSED;
  if (answer === null) return UNDER_WAY;
  return new Response(answer.text, { status: answer.status, headers: { 'content-type': 'application/json' } });
}
