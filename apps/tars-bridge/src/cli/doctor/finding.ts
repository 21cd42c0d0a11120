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

type Failure = Partial<Record<'name' | 'code' | 'message' | 'cause', unknown>>;

/** Why something could not be reached, as short as the system says it. */
export function whyNot(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, code, message, cause }: Failure = error;
  if (name === 'TimeoutError' || name === 'AbortError') return 'no answer in time';
  const inner = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return String(inner ?? (typeof code === 'string' ? code : message));
}
