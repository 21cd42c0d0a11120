// A time limit that also ends with the caller's signal and leaves nothing behind on it, however long that signal lives.

/** Runs `work` with a signal that aborts after `ms` or when `signal` does. */
export async function withDeadline<T>(signal: AbortSignal, ms: number, work: (limit: AbortSignal) => Promise<T>): Promise<T> {
  const limit = new AbortController();
  const abort = () => limit.abort();
  const timer = setTimeout(abort, ms);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await work(limit.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
