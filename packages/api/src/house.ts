// One api for several people: each comes in by a token of their own and finds a house in which only their tasks exist.
import { OWNER, type OwnedSide } from '@tars/core/redis';
import type { Api, ApiDeps, ApiSettings } from './api-env.js';
import { createApi } from './app.js';
import { bearerOf, createKeyring } from './keyring.js';

export type HouseSettings = Omit<ApiSettings, 'bearer'> & { ownerTokens: readonly { owner: string; token: string }[] | null };

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

export function openHouse(deps: HouseDeps): House {
  let rooms = furnish(deps, deps.config);
  return {
    fetch: (request, bindings = {}) => rooms.of(request).fetch(request, bindings),
    renew(settings) {
      const before = rooms;
      rooms = furnish(deps, settings);
      before.end();
    },
  };
}

/** Whoever shows no token of a named person is in the first room, whose doors decide for themselves. */
function furnish(deps: HouseDeps, settings: HouseSettings): { of(request: Request): Api; end(): void } {
  const ended = new AbortController();
  const closed = AbortSignal.any([deps.closed, ended.signal]);
  const everybody = { store: deps.store, confirmations: deps.confirmations };
  const { ownerTokens, ...doors } = settings;
  const others = ownerTokens ?? [];
  // With one person there is nothing to hide from anybody.
  const own = others.length === 0 ? {} : deps.ownedBy(OWNER);
  const first = createApi({ ...deps, ...own, closed, webhook: everybody, config: doors });
  const roomOf = (owner: string): Api => {
    const apiTokens = others.filter((one) => one.owner === owner).map(({ token }) => token);
    return createApi({
      ...deps,
      ...deps.ownedBy(owner),
      isGuest: true,
      closed,
      webhook: everybody,
      config: { ...doors, apiTokens, bearer: `API_TOKENS:${owner}` },
    });
  };
  const rooms = new Map([...new Set(others.map(({ owner }) => owner))].map((owner) => [owner, roomOf(owner)]));
  const keyring = createKeyring(others.map(({ owner, token }) => ({ holder: owner, secret: token })));
  return {
    of(request) {
      const presented = bearerOf(request.headers);
      const owner = presented === null ? null : keyring.holderOf(presented);
      return (owner === null ? undefined : rooms.get(owner)) ?? first;
    },
    end: () => ended.abort(),
  };
}
