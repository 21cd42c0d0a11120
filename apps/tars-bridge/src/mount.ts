// The api as a fetch handler inside the host's own server, loaded with the first request.
import { UNAVAILABLE } from '@tars/core';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import type { Control } from '@tars/core/redis';
import type { Link } from './link.js';

/** The second parameter is what the Node adapter of hono passes: with the socket the api sees who really asks. */
export type FetchHandler = (request: Request, bindings?: object) => Promise<Response>;

export function mountApi(link: Link, { config, logger }: { config: Config; logger: Logger }): FetchHandler {
  const apps = new WeakMap<Control, Promise<FetchHandler>>();
  const appOn = (control: Control): Promise<FetchHandler> => {
    const known = apps.get(control);
    if (known !== undefined) return known;
    const app = load(control, config, logger);
    apps.set(control, app);
    return app;
  };
  return async (request, bindings) => {
    const control = await link.get();
    return control === null ? unavailable() : (await appOn(control))(request, bindings);
  };
}

async function load(control: Control, config: Config, logger: Logger): Promise<FetchHandler> {
  const { openHouse } = await import('@tars/api');
  const house = openHouse({ ...control, config, logger });
  return async (request, bindings = {}) => house.fetch(request, bindings);
}

const unavailable = (): Response =>
  Response.json(
    { status: 'error', reason: 'unavailable', message: UNAVAILABLE.text, retryable: true },
    { status: 503, headers: { 'retry-after': '2' } },
  );
