// How often Discord lets one webhook or bot act: within every window only so often.

export type Window = { limit: number; ms: number };

/** Five in two seconds, as the headers say; and thirty a minute, which none says. */
export const WEBHOOK_WINDOWS: readonly Window[] = [
  { limit: 5, ms: 2_000 },
  { limit: 30, ms: 60_000 },
];
export const BOT_WINDOWS: readonly Window[] = [{ limit: 5, ms: 5_000 }];

export type Taken = { waitMs: number; limit: number; remaining: number; resetAfterMs: number };

/** `waitMs` is 0 when it may act now, which then counts; a refusal does not. */
export function createRateLimit(windows: readonly Window[], clock: () => number): (who: string) => Taken {
  const longest = Math.max(...windows.map(({ ms }) => ms));
  const acts = new Map<string, number[]>();
  return (who) => {
    const now = clock();
    const times = (acts.get(who) ?? []).filter((at) => at > now - longest);
    const waitMs = Math.max(0, ...windows.map(({ limit, ms }) => (times.at(-limit) ?? Number.NEGATIVE_INFINITY) + ms - now));
    if (waitMs === 0) times.push(now);
    acts.set(who, times);
    const [{ limit, ms } = { limit: 0, ms: 0 }] = windows;
    const recent = times.filter((at) => at > now - ms);
    return { waitMs, limit, remaining: Math.max(0, limit - recent.length), resetAfterMs: (recent[0] ?? now) + ms - now };
  };
}
