// A long text cut in the middle: its beginning, its end, and where the rest lies.

/** At most about `maxChars`, cut at line ends where there are some. The end gets more room: that is where errors stand. */
export function clampOutput(text: string, maxChars: number, restFile?: string): string {
  const trimmed = text.trimEnd();
  if (trimmed.length <= maxChars) return trimmed;
  const head = upToLine(trimmed.slice(0, Math.floor(maxChars / 3)));
  const tail = fromLine(trimmed.slice(-Math.floor((maxChars * 2) / 3)));
  const left = trimmed.length - head.length - tail.length;
  return `${head}\n… ${left} characters left out${restFile === undefined ? '' : `; the whole output is in ${restFile}`} …\n${tail}`;
}

const upToLine = (text: string): string => text.slice(0, Math.max(text.lastIndexOf('\n'), 0) || text.length);
const fromLine = (text: string): string => text.slice(text.indexOf('\n') + 1);
