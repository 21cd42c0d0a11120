// What the doctor says of one thing it looked at: how it is, and what mends it.

export type Finding = {
  /** What was looked at, in one word. */
  check: string;
  /** `note`: works, but perhaps not as one thinks. `problem`: something will not work. */
  level: 'ok' | 'note' | 'problem';
  message: string;
  /** What to do about it; null only where all is well. */
  fix: string | null;
};

/** The findings about one thing, named once. */
export const about = (check: string) => ({
  ok: (message: string): Finding => ({ check, level: 'ok', message, fix: null }),
  note: (message: string, fix: string): Finding => ({ check, level: 'note', message, fix }),
  problem: (message: string, fix: string): Finding => ({ check, level: 'problem', message, fix }),
});

/** Why something could not be reached, as short as the system says it. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
