// The voice functions for hosts in other languages: arguments in, what `call` answers out.
import { EXTENDED_FUNCTIONS, FUNCTIONS, type FunctionDeclaration, type Functions } from '@tars/core';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { badBody, parseBody } from './body.js';
import { refusal, refuse } from './refusal.js';

/** A host that names no conversation shares one with every other such host. */
export const NO_SESSION = 'http';
const ANYTHING = v.record(v.string(), v.unknown());
export const Envelope = v.object({ session_id: v.optional(v.string('a string')), call_id: v.optional(v.string('a string')) });
const KNOWN = [...FUNCTIONS, ...EXTENDED_FUNCTIONS];
const UNKNOWN = refusal(404, 'unknown_function', `There is no such function. There are: ${KNOWN.map(({ name }) => name).join(', ')}.`);

export type FunctionRoute = { functions: Functions; door: MiddlewareHandler<ApiEnv> };

export function addFunctionRoute(app: Api, { functions, door }: FunctionRoute): void {
  app.post('/api/functions/:name', door, async (c) => {
    const declaration = KNOWN.find(({ name }) => name === c.req.param('name'));
    if (declaration === undefined) return refuse(c, UNKNOWN);
    const body = parseBody(c.req, c.var.body, v.intersect([ANYTHING, Envelope]), {});
    if (!body.ok) return refuse(c, body);
    const { session_id, call_id, ...args } = body.value;
    const known = namesOf(declaration);
    if (!Object.keys(args).every((key) => known.includes(key))) {
      return refuse(
        c,
        badBody(
          `There is a key that is not known here. ${declaration.name} takes: ${[...known, ...Object.keys(Envelope.entries)].join(', ')}.`,
        ),
      );
    }
    const answer = await functions.call(declaration.name, args, {
      sessionId: session_id ?? NO_SESSION,
      callId: call_id,
      credential: c.var.credential,
      channel: 'http',
    });
    c.set('aboutTask', answer.task?.task_id);
    c.set('session', session_id ?? NO_SESSION);
    // What a user can cause is an answer to be spoken, hence 200; only a system that is down is the caller's business.
    return c.json(answer, answer.reasonCode === 'unavailable' ? 503 : 200);
  });
}

const namesOf = (declaration: FunctionDeclaration): string[] => Object.keys(declaration.arguments.entries);
