// The audit trail in Redis: one stream, written together with what it tells of, and forgotten in time.
import * as v from 'valibot';
import { AuditEntry, type AuditRecord } from '../audit.js';
import type { Redact } from '../redact.js';
import type { Redis } from './connect.js';
import { keys } from './keys.js';
import { script } from './script.js';

export type AuditSettings = {
  /** Null: whoever writes with these settings forgets nothing. */
  retentionMs: number | null;
  redact: Redact;
};

/** Lua: appends the entries from one place in ARGV to another, then forgets what is older than `keep_ms` (none: ''). */
export const AUDIT_LUA = `
local function audit(key, keep_ms, now, first, last)
  for i = first, last do redis.call('XADD', key, '*', 'entry', ARGV[i]) end
  if keep_ms ~= '' then redis.call('XTRIM', key, 'MINID', string.format('%.0f', now - tonumber(keep_ms))) end
end
`;

const recordScript = script<null>(`${AUDIT_LUA}
local time = redis.call('TIME')
audit(KEYS[1], ARGV[1], time[1] * 1000 + math.floor(time[2] / 1000), 2, #ARGV)
`);

const MAX_ABOUT_CHARS = 500;

/** The entries as `audit` in Lua takes them. What people and models wrote may hold a secret: it is taken out before it is kept. */
export const auditTexts = (entries: readonly AuditEntry[], { redact }: AuditSettings): string[] =>
  entries.map((entry) =>
    JSON.stringify({
      ...entry,
      sessionId: entry.sessionId === null ? null : redact(entry.sessionId),
      about: entry.about === null ? null : redact(entry.about).slice(0, MAX_ABOUT_CHARS),
    }),
  );

/** For how long `audit` in Lua keeps what it has. */
export const auditKeeps = ({ retentionMs }: AuditSettings): string => (retentionMs === null ? '' : String(retentionMs));

export type AuditLog = ReturnType<typeof createAuditLog>;

export function createAuditLog(redis: Redis, settings: AuditSettings, clock: () => number = Date.now) {
  const { retentionMs } = settings;
  return {
    /** For what changes no task and so has no event: a code nobody waited for, one too many. */
    async record(entry: AuditEntry): Promise<void> {
      await recordScript(redis, [keys.audit], [auditKeeps(settings), ...auditTexts([entry], settings)]);
    },
    /** The newest `limit` records since then, oldest first; none older than the retention. */
    async read({ since = 0, limit = 10_000 }: { since?: number; limit?: number } = {}): Promise<AuditRecord[]> {
      const from = Math.max(since, retentionMs === null ? 0 : clock() - retentionMs, 0);
      const newestFirst = await redis.xRevRange(keys.audit, '+', String(Math.floor(from)), { COUNT: limit });
      return (newestFirst ?? []).reverse().map(({ id, message }) => ({
        at: Number(id.split('-')[0]),
        ...v.parse(AuditEntry, JSON.parse(message.entry ?? 'null')),
      }));
    },
  };
}
