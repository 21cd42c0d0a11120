// One api for several people: each comes in by a token, or a session begun with it, and finds a house in which only their tasks exist.
import { OWNER, type OwnedSide } from '@tars/core/redis';
import type { Api, ApiDeps, ApiSettings } from './api-env.js';
import { createApi } from './app.js';
import { RATES } from './guard.js';
import { bearerOf, createKeyring } from './keyring.js';
import { openPorch } from './pages/porch.js';
import { createSessions } from './pages/sessions.js';
import { visitOf } from './pages/visit.js';

export type HouseSettings = Omit<ApiSettings, 'bearer' | 'canSignIn'> & {
  ownerTokens: readonly { owner: string; token: string }[] | null;
  /** Where people reach the pages, if that is not where they are served. */
  publicUrl?: string | null;
};

export type HouseDeps = Omit<ApiDeps, 'config' | 'webhook'> & {
  config: HouseSettings;
  /** What one of several people sees and commands. */
  ownedBy(owner: string): OwnedSide;
};

export type House = {
  /** `bindings` may hold the request's `incoming`, as the Node adapter of hono passes it. */
  fetch(request: Request, bindings?: object): Response | Promise<Response>;
  /** Other tokens count from now on, and every open stream ends, so that none outlives the access it was opened with. */
  renew(settings: HouseSettings): void;
};

const ON_THE_PORCH = /^\/(sign-in|sign-out|assets\/[\w.-]+)$/;
/** Only here a cookie counts for anything. */
const PAGE = /^\/(tasks\/.*)?$/;

export function openHouse(deps: HouseDeps): House {
  let rooms = furnish(deps, deps.config);
  return {
    fetch: (request, bindings = {}) => rooms.serve(request, bindings),
    renew(settings) {
      const before = rooms;
      rooms = furnish(deps, settings);
      before.end();
    },
  };
}

type Rooms = { serve(request: Request, bindings: object): Response | Promise<Response>; end(): void };

/** Whoever shows no token of a named person is in the first room, whose doors decide for themselves. */
function furnish(deps: HouseDeps, settings: HouseSettings): Rooms {
  const ended = new AbortController();
  const closed = AbortSignal.any([deps.closed, ended.signal]);
  const everybody = { store: deps.store, confirmations: deps.confirmations };
  const { ownerTokens, publicUrl = null, ...doors } = settings;
  const site = publicUrl === null ? null : new URL(publicUrl);
  const others = ownerTokens ?? [];
  const canSignIn = doors.apiTokens !== null || others.length > 0;
  // With one person there is nothing to hide from anybody.
  const own = others.length === 0 ? {} : deps.ownedBy(OWNER);
  const first = createApi({ ...deps, ...own, closed, webhook: everybody, config: { ...doors, canSignIn } });
  const nameOf = (owner: string) => `API_TOKENS:${owner}`;
  const roomOf = (owner: string): Api => {
    const apiTokens = others.filter((one) => one.owner === owner).map(({ token }) => token);
    return createApi({
      ...deps,
      ...deps.ownedBy(owner),
      isGuest: true,
      closed,
      webhook: everybody,
      config: { ...doors, apiTokens, bearer: nameOf(owner) },
    });
  };
  const rooms = new Map([...new Set(others.map(({ owner }) => owner))].map((owner) => [owner, roomOf(owner)]));
  const keyring = createKeyring(others.map(({ owner, token }) => ({ holder: owner, secret: token })));
  const ofToken = (request: Request): Api => {
    const presented = bearerOf(request.headers);
    const owner = presented === null ? null : keyring.holderOf(presented);
    return (owner === null ? undefined : rooms.get(owner)) ?? first;
  };

  const entries = [
    ...(doors.apiTokens ?? []).map((secret) => ({ holder: { owner: null, as: 'API_TOKEN' }, secret })),
    ...others.map(({ owner, token }) => ({ holder: { owner, as: nameOf(owner) }, secret: token })),
  ];
  const sessions = createSessions(deps.redis, entries);
  const { strangers } = deps.rates ?? RATES;
  const porch = openPorch({ sessions, canSignIn, strangers, clock: deps.clock ?? Date.now });
  const servePage = async (request: Request, path: string, bindings: object): Promise<Response> => {
    const visit = await visitOf({ cookies: request.headers.get('cookie'), sessions, site });
    const { holder } = visit;
    const room = holder === null || holder === 'unknown' || holder.owner === null ? first : (rooms.get(holder.owner) ?? first);
    return (ON_THE_PORCH.test(path) ? porch : room).fetch(request, { ...bindings, visit });
  };

  return {
    serve(request, bindings) {
      const path = new URL(request.url).pathname;
      return PAGE.test(path) || ON_THE_PORCH.test(path) ? servePage(request, path, bindings) : ofToken(request).fetch(request, bindings);
    },
    end: () => ended.abort(),
  };
}
