// When a receiver that is busy wants to be asked again.

/** One who asks for more is asked again all the same: an ending must not wait for a day. */
const MAX_MS = 10 * 60_000;

/** In ms from `now`; undefined when the header says nothing that can be understood. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(MAX_MS, Math.max(0, ms));
}
