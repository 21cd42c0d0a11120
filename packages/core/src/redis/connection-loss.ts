// Tells a Redis that is away, or not fit for work just now, from a mistake of ours.
import { types } from 'node:util';

/** The last two are the client's own: it names them by their class alone. */
const GONE = /closed|offline|did not answer|ECONN|EPIPE|ETIMEDOUT|ENOENT|TimeoutError|DisconnectsClientError/i;

/** How Redis says that it cannot do its work now, and what a person can do about it. */
const UNFIT: readonly (readonly [RegExp, string])[] = [
  [/\bOOM\b/, 'Redis is out of memory and takes nothing new: raise its maxmemory, or make room with `tars purge`.'],
  [/\bREADONLY\b/, 'Redis is a read-only replica: make it the primary again, or let REDIS_URL name the primary.'],
  [/\bMISCONF\b/, 'Redis cannot write to its disk and takes nothing new: make room there, or see its log.'],
  [/\bNOREPLICAS\b/, 'Redis misses the replicas it must write to: bring them back, or lower min-replicas-to-write.'],
  [/\bMASTERDOWN\b/, 'Redis is a replica that has lost its primary: bring the primary back.'],
  [/\bLOADING\b/, 'Redis is still loading its data: wait for it.'],
  [/\bBUSY\b/, 'Redis is busy with a script of somebody else: wait for it, or end it with SCRIPT KILL.'],
];

const said = (error: unknown): string => (types.isNativeError(error) ? `${error.constructor.name} ${error.message}` : '');

/** What keeps Redis from its work, as a sentence with the way out; null when the error says nothing of that kind. */
export function redisTrouble(error: unknown): string | null {
  const text = said(error);
  const [, sentence] = UNFIT.find(([sign]) => sign.test(text)) ?? [];
  return sentence ?? (GONE.test(text) ? 'Redis is away: bring it back.' : null);
}

/** True for an error that says Redis is away or not fit for work, and nothing about what was asked of it. */
export const isConnectionLoss = (error: unknown): boolean => redisTrouble(error) !== null;
