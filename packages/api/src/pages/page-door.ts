// Who may see the pages: whoever is signed in, or, where no token is set, a direct request of this machine.
import { isDirectFromHere } from '../direct-peer.js';
import type { Door } from '../door.js';
import { refusal, unavailable } from '../refusal.js';

const SIGN_IN = refusal(401, 'signed_out', 'Sign in first.');
const ONLY_HERE = refusal(403, 'only_here', 'Only direct requests from this machine are served until API_TOKEN is set.');

export type PageDoorSettings = {
  /** This room has tokens of its own, so nearness opens nothing. */
  isLocked: boolean;
  /** There is somebody whose token can be shown at the door. */
  canSignIn: boolean;
};

export function createPageDoor({ isLocked, canSignIn }: PageDoorSettings): Door {
  return {
    admit({ request, incoming, visit }) {
      const holder = visit?.holder ?? null;
      if (holder === 'unknown') return unavailable();
      if (holder !== null) return { ok: true, as: holder.as, isHere: false };
      if (!isLocked && isDirectFromHere(request, incoming)) return { ok: true, as: 'this machine', isHere: true };
      return canSignIn ? SIGN_IN : ONLY_HERE;
    },
    admitSigned: () => SIGN_IN,
  };
}
