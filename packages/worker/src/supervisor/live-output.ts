// What a command prints, on its way to those who watch: gathered for a moment, because each write waits for the disk.

export type LiveOutput = {
  push(chunk: string): void;
  /** What was gathered goes now: what is told next comes after it. */
  flush(): void;
};

/** Nobody who watches sees the difference. */
const GATHER_MS = 50;
const MOST_CHARS = 64 * 1024;

export function createLiveOutput(append: (text: string) => void, gatherMs = GATHER_MS): LiveOutput {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    append(text);
  };
  return {
    flush,
    push(chunk) {
      gathered += chunk;
      if (gathered.length >= MOST_CHARS) flush();
      else timer ??= setTimeout(flush, gatherMs);
    },
  };
}
