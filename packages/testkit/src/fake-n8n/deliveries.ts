// What arrived at the webhook, kept and awaited.
import { appendFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';

export type Delivery = {
  /** Arrival; ISO. */
  at: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The parsed JSON, or the text when it is none. */
  body: unknown;
};
/** A delivery was answered 2xx; an attempt that was not is `failed`. */
export type Attempt = Delivery & { outcome: 'delivered' | 'failed'; status: number | null };

export type Deliveries = {
  record(attempt: Attempt): void;
  attempts(): Attempt[];
  deliveries(): Delivery[];
  waitFor(predicate: (delivery: Delivery) => boolean, timeoutMs?: number): Promise<Delivery>;
};

/** With a file, each delivery is one JSON line in it, on disk before its sender hears of it. */
export function createDeliveries(file: string | null): Deliveries {
  const attempts: Attempt[] = [];
  const listeners = new Set<() => void>();
  const deliveries = () => attempts.filter(({ outcome }) => outcome === 'delivered').map(asDelivery);
  return {
    record(attempt) {
      attempts.push(attempt);
      if (attempt.outcome === 'failed') return;
      if (file !== null) appendFileSync(file, `${JSON.stringify(asDelivery(attempt))}\n`);
      for (const listener of [...listeners]) listener();
    },
    attempts: () => [...attempts],
    deliveries,
    waitFor: (predicate, timeoutMs = 5_000) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          listeners.delete(look);
          act();
        };
        const look = () => {
          const found = deliveries().find(predicate);
          if (found !== undefined) settle(() => resolve(found));
        };
        const timer = setTimeout(() => {
          const seen = deliveries().map(({ body }) => JSON.stringify(body).slice(0, 200));
          settle(() => reject(new Error(`No such delivery within ${timeoutMs} ms; ${seen.length} came:\n${seen.join('\n')}`)));
        }, timeoutMs);
        listeners.add(look);
        look();
      }),
  };
}

const asDelivery = ({ at, path, headers, body }: Attempt): Delivery => ({ at, path, headers, body });
