// A form on its way in: from a page of ours, in this browser, and nothing in it that the page did not ask for.
import * as v from 'valibot';
import type { ApiContext } from '../api-env.js';
import { type Refusal, refusal } from '../refusal.js';
import { isCsrfOf } from './sessions.js';

const NOT_A_FORM = refusal(415, 'not_a_form', 'Send this from the page, as a form.');
const FOREIGN = refusal(
  403,
  'foreign_form',
  'This form does not come from a page that was made for this browser. Open the page again and repeat it.',
);
const BAD_FORM = refusal(400, 'bad_form', 'This form holds something that the page does not ask for. Open the page again and repeat it.');

/** A field that may stand empty. */
export const field = v.pipe(
  v.optional(v.string(), ''),
  v.transform((text) => text.trim()),
);

/** The fields as `schema` wants them, the proof of origin checked and taken away. */
export function readForm<const Schema extends v.GenericSchema>(
  c: ApiContext,
  bytes: Buffer,
  schema: Schema,
): { ok: true; value: v.InferOutput<Schema> } | Refusal {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? '')) return NOT_A_FORM;
  const { visit } = c.env;
  const said = new URLSearchParams(bytes.toString('utf8'));
  const names = [...said.keys()];
  if (visit === undefined || visit.isNew || !isFromHere(c) || !isCsrfOf(visit.id, said.get('csrf') ?? '')) return FOREIGN;
  if (new Set(names).size !== names.length) return BAD_FORM;
  said.delete('csrf');
  const parsed = v.safeParse(schema, Object.fromEntries(said));
  return parsed.success ? { ok: true, value: parsed.output } : BAD_FORM;
}

/** Browsers say where a form was sent from: in one header or the other, or, very old ones, not at all. */
function isFromHere(c: ApiContext): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin');
  if (origin === undefined) return true;
  const hosts = [c.req.header('host')?.toLowerCase(), c.env.visit?.site?.host];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}
