// A promise with its handles outside (the platform's own form needs Node 22).
export type Deferred<T> = { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void };

export function deferred<T>(): Deferred<T> {
  let handles: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    handles = { resolve, reject };
  });
  if (handles === undefined) throw new Error('A promise runs its executor at once.');
  return { promise, ...handles };
}

/** The work's result, or a rejection saying what did not answer within `ms`. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const late = deferred<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} did not answer within ${ms} ms`)), ms);
  work.catch(() => {});
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
