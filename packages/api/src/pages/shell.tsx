// The frame of every page: head, landmarks, and the way it is answered.
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiContext } from '../api-env.js';
import type { Refusal } from '../refusal.js';
import { assetUrl } from './assets.js';
import { csrfOf } from './sessions.js';
import { keepCookie } from './visit.js';

export type Shell = {
  title: string;
  children: Child;
  /** Handed to the script, as `data-` attributes of the body. */
  data?: Readonly<Record<string, string>>;
  /** Without script the page is asked for again after so many seconds. */
  renewSeconds?: number | undefined;
  /** What stands at the right of the top line. */
  aside?: Child;
};

function Document({ title, children, data = {}, renewSeconds, aside }: Shell) {
  const attributes = Object.fromEntries(Object.entries(data).map(([name, value]) => [`data-${name}`, value]));
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={assetUrl('icon.svg')} />
        <link rel="stylesheet" href={assetUrl('pages.css')} />
        <script type="module" src={assetUrl('pages.js')} />
        {renewSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(renewSeconds)} />
          </noscript>
        )}
      </head>
      <body {...attributes}>
        <a class="skip" href="#main">
          To the content
        </a>
        <header class="top">
          <a class="home" href="/">
            TARS <span>background tasks</span>
          </a>
          {aside}
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  );
}

/** Pages are made without waiting for anything, so their text is there at once. */
export const rendered = (element: unknown): string => String(element);

export function answerPage(c: ApiContext, shell: Shell, status: ContentfulStatusCode = 200): Response {
  const { visit } = c.env;
  if (visit?.isNew) keepCookie(c, visit.id);
  return c.html(`<!doctype html>${rendered(Document(shell))}`, status);
}

/** The hidden field every form brings along. */
export const Csrf = ({ token }: { token: string }) => <input type="hidden" name="csrf" value={token} />;

export function SignOut({ id }: { id: string }) {
  return (
    <form method="post" action="/sign-out" data-whole="">
      <Csrf token={csrfOf(id)} />
      <button type="submit" class="quiet">
        Sign out
      </button>
    </form>
  );
}

/** A refusal as a page; whoever is not signed in is shown where to do so. */
export function refusePage(c: ApiContext, { status, reason, message, retryAfter }: Refusal): Response {
  if (c.req.header('accept')?.includes('application/json')) return c.json({ ok: false, message }, status);
  if (reason === 'signed_out') return toSignIn(c);
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return answerPage(c, { title: 'TARS', children: <Refused message={message} />, renewSeconds: status === 503 ? 5 : undefined }, status);
}

function toSignIn(c: ApiContext): Response {
  const { pathname } = new URL(c.req.url);
  if (c.req.method !== 'GET') return c.redirect('/sign-in', 303);
  // A browser that follows a link on another site does not send the cookie; it does when this page asks for itself again.
  if (c.req.header('sec-fetch-site') === 'cross-site' && c.req.header('sec-fetch-mode') === 'navigate') return comeAgain(c, pathname);
  return c.redirect(pathname === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(pathname)}`, 303);
}

const comeAgain = (c: ApiContext, path: string): Response =>
  c.html(
    `<!doctype html>${rendered(
      <html lang="en">
        <head>
          <meta http-equiv="refresh" content={`0; url=${path}`} />
          <title>TARS</title>
        </head>
        <body>
          <a href={path}>Open the page</a>
        </body>
      </html>,
    )}`,
  );

function Refused({ message }: { message: string }) {
  return (
    <section class="card alone">
      <h1>{message}</h1>
      <p>
        <a href="/">All tasks</a>
      </p>
    </section>
  );
}
