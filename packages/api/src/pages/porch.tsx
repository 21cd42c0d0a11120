// What stands before the doors: signing in and out, and what everybody may load.
import { within } from '@tars/core';
import { Hono } from 'hono';
import * as v from 'valibot';
import type { ApiContext, ApiEnv } from '../api-env.js';
import { readBytes } from '../body.js';
import type { Rate } from '../rate-limit.js';
import { createRateLimit } from '../rate-limit.js';
import { refusal, tooMany, unavailable } from '../refusal.js';
import { addAssets } from './assets.js';
import { field, readForm } from './form.js';
import { pageHeaders } from './headers.js';
import { csrfOf, type Sessions } from './sessions.js';
import { answerPage, Csrf, refusePage } from './shell.js';
import { keepCookie } from './visit.js';

const REDIS_MS = 2_000;
const SignInForm = v.strictObject({ token: field, next: field });
const Nothing = v.strictObject({});
const WRONG = refusal(401, 'wrong_token', 'That is no token of this installation.');

export type Porch = { sessions: Sessions; canSignIn: boolean; strangers: Rate; clock: () => number };

export function openPorch({ sessions, canSignIn, strangers, clock }: Porch): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  const guesses = createRateLimit(strangers, clock);
  app.use(pageHeaders);
  addAssets(app);

  app.get('/sign-in', (c) => {
    if (!canSignIn) return c.redirect('/', 303);
    const { visit } = c.env;
    if (visit === undefined || (visit.holder !== null && visit.holder !== 'unknown')) return c.redirect('/', 303);
    return answerPage(c, { title: 'Sign in · TARS', children: <SignIn id={visit.id} next={placeIn(c.req.query('next'))} /> });
  });

  app.post('/sign-in', async (c) => {
    const peer = c.env.incoming?.socket.remoteAddress ?? 'host';
    const wait = guesses.waitOf(peer);
    if (wait !== null) return refusePage(c, tooMany(wait));
    const form = await formOf(c, SignInForm);
    if (!form.ok) return refusePage(c, form);
    const { token, next } = form.value;
    const id = await within(REDIS_MS, 'Redis', sessions.begin(token)).catch(() => 'unknown' as const);
    if (id === 'unknown') return refusePage(c, unavailable());
    if (id === null) {
      guesses.take(peer);
      const again = <SignIn id={c.env.visit?.id ?? ''} next={placeIn(next)} wrong={WRONG.message} />;
      return answerPage(c, { title: 'Sign in · TARS', children: again }, WRONG.status);
    }
    // Another id than before: whoever knew that one knows nothing now.
    keepCookie(c, id);
    return c.redirect(placeIn(next), 303);
  });

  app.post('/sign-out', async (c) => {
    const form = await formOf(c, Nothing);
    if (!form.ok) return refusePage(c, form);
    await within(REDIS_MS, 'Redis', sessions.end(c.env.visit?.id ?? '')).catch(() => {});
    return c.redirect('/sign-in', 303);
  });

  return app;
}

async function formOf<const Schema extends v.GenericSchema>(c: ApiContext, schema: Schema) {
  const read = await readBytes(c.req);
  return read.ok ? readForm(c, read.bytes, schema) : read;
}

/** Back to a page of ours and nowhere else. */
const placeIn = (said: string | undefined): string => (/^\/tasks\/[a-z0-9]{4}$/.test(said ?? '') ? (said ?? '/') : '/');

function SignIn({ id, next, wrong }: { id: string; next: string; wrong?: string }) {
  return (
    <form class="card alone" method="post" action="/sign-in" data-whole="">
      <h1>Sign in</h1>
      <p>With the token of this installation (API_TOKEN, or your own of API_TOKENS).</p>
      <Csrf token={csrfOf(id)} />
      <input type="hidden" name="next" value={next} />
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        autofocus
        aria-describedby={wrong === undefined ? undefined : 'wrong'}
        aria-invalid={wrong === undefined ? undefined : 'true'}
      />
      {wrong !== undefined && (
        <p id="wrong" class="wrong" role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" class="main">
        Sign in
      </button>
    </form>
  );
}
