// The door for what Discord sends when a button is pressed: nothing but its signature opens it.
import type { Door } from '../door.js';
import { refusal } from '../refusal.js';
import { isSignedByDiscord, keyOf, SIGNATURE_HEADER } from './signature.js';

const CLOSED = refusal(401, 'unauthorized', 'Only what Discord has signed for this application is taken, at most five minutes old.');

export function createDiscordDoor(publicKey: string): Door {
  const key = keyOf(publicKey);
  return {
    admit: ({ request }) => (request.headers.has(SIGNATURE_HEADER) ? 'unsigned' : CLOSED),
    admitSigned: (headers, body, now) =>
      isSignedByDiscord(headers, body, key, now) ? { ok: true, as: 'DISCORD_PUBLIC_KEY', isHere: false } : CLOSED,
  };
}
