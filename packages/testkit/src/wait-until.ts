// Waiting for an observable condition, with an end.
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/**
 * The predicate's first truthy value. Rejects after `timeoutMs` (5 s), saying `what` did not come and why the last look failed;
 * a predicate that throws counts as "not yet".
 */
export async function waitUntil<T>(
  predicate: () => T | Promise<T>,
  { timeoutMs = 5_000, what = 'the condition' }: { timeoutMs?: number; what?: string } = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
  let why = '';
  for (;;) {
    try {
      const value = await predicate();
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
      why = '';
    } catch (error) {
      why = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}, in vain${why}`);
    await delay(POLL_MS);
  }
}
