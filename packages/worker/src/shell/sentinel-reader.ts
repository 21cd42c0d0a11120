// Tells a command's output from the mark behind it, however the terminal cuts the two into pieces.

export type SentinelReader = {
  /** Output that is surely not part of the mark, and the exit code once the mark is complete. */
  push(data: string): { output: string; exitCode: number | null };
  /** What was held back, when no mark will come any more. */
  rest(): string;
};

export function createSentinelReader(nonce: string): SentinelReader {
  const mark = `\u001b_${nonce};`;
  const end = '\u001b\\';
  let held = '';
  return {
    push(data) {
      const text = held + data;
      const at = text.indexOf(mark);
      const close = at === -1 ? -1 : text.indexOf(end, at + mark.length);
      if (close !== -1) {
        held = '';
        return { output: text.slice(0, at), exitCode: Number(text.slice(at + mark.length, close)) };
      }
      const keep = at === -1 ? text.length - beginningOf(mark, text) : at;
      held = text.slice(keep);
      return { output: text.slice(0, keep), exitCode: null };
    },
    rest() {
      const text = held;
      held = '';
      return text;
    },
  };
}

/** How many characters at the end of `text` may be the beginning of `mark`. */
function beginningOf(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
