// A browser's visit to the pages: who it is, by its cookie, and the cookie itself.
import { within } from '@tars/core';
import { getCookie, setCookie } from 'hono/cookie';
import type { ApiContext } from '../api-env.js';
import { type Holder, isSessionId, newSessionId, SESSION_MS, type Sessions } from './sessions.js';

export const COOKIE = 'tars_session';
const LOOKUP_MS = 1_000;

export type Visit = {
  /** Random, of this browser; what forms bring along is made from it. */
  id: string;
  /** The browser has it from no page of ours yet. */
  isNew: boolean;
  /** The origin under which people come, where it is known. */
  site: URL | null;
  /** `unknown` while Redis cannot say. */
  holder: Holder | null | 'unknown';
  /** Whether what was true when the visit began still is: a stream outlives neither its session nor its token. */
  stillCounts(): Promise<boolean>;
};

export type VisitOptions = { cookies: string | null; sessions: Sessions; site: URL | null };

export async function visitOf({ cookies, sessions, site }: VisitOptions): Promise<Visit> {
  const said = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(cookies ?? '')?.[1];
  if (!isSessionId(said)) return { id: newSessionId(), isNew: true, site, holder: null, stillCounts: async () => true };
  const look = () => within(LOOKUP_MS, 'Redis', sessions.holderOf(said));
  const holder = await look().catch(() => 'unknown' as const);
  // While Redis is away nothing is told either, so nothing is lost by waiting for it.
  const stillCounts = async () => holder === null || (await look().catch(() => holder)) !== null;
  return { id: said, isNew: false, site, holder, stillCounts };
}

/** Scripts cannot read it, other sites cannot send it. */
export function keepCookie(c: ApiContext, id: string): void {
  const site = c.env.visit?.site;
  // Who comes by another way than the public one may come without encryption, and would not be kept.
  const isPublic = site?.protocol === 'https:' && site.host === c.req.header('host');
  const isSecure = isPublic || new URL(c.req.url).protocol === 'https:';
  setCookie(c, COOKIE, id, { httpOnly: true, sameSite: 'Strict', secure: isSecure, path: '/', maxAge: SESSION_MS / 1_000 });
}

export const hasCookie = (c: ApiContext): boolean => getCookie(c, COOKIE) !== undefined;
