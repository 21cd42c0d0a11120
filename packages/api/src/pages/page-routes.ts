// The pages, behind a door of their own that knows cookies; the rest of the api never looks at one.
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiDeps, ApiEnv } from '../api-env.js';
import type { OpenStreams } from '../open-streams.js';
import { addDeedRoutes } from './deed-routes.js';
import { pageHeaders } from './headers.js';
import { addListPage } from './list-routes.js';
import { addLiveRoute } from './live-route.js';
import { addTaskPages } from './task-routes.js';
import { createWatching } from './watched.js';

export type PageRoutes = Pick<ApiDeps, 'store' | 'redis' | 'news' | 'functions' | 'confirmations' | 'redact'> & {
  streams: OpenStreams;
  clock: () => number;
  door: MiddlewareHandler<ApiEnv>;
};

export function addPages(app: Api, deps: PageRoutes): void {
  const watching = createWatching(deps);
  app.use('/', pageHeaders);
  app.use('/tasks/*', pageHeaders);
  addListPage(app, deps);
  addTaskPages(app, { ...deps, watching });
  addLiveRoute(app, { ...deps, watching });
  addDeedRoutes(app, deps);
}
