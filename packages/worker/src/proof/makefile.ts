// The rule of one target in a Makefile: where it stands, and what it runs.

export type Rule = {
  /** Where the rule stands in the text: from its target to the end of its recipe. */
  start: number;
  end: number;
  /** What it runs, without make's own marks: what fails ends it. */
  script: string;
  /** What fails in it does not count. */
  ignores: boolean;
};

export function makeTarget(text: string, target: string): Rule | null {
  const head = new RegExp(`^(?:[\\w./-]+[ \\t]+)*${target}(?:[ \\t]+[\\w./-]+)*[ \\t]*::?(?!=)([^\\n]*)(?:\\n|$)`, 'm').exec(text);
  if (head === null) return null;
  const start = head.index;
  let end = start + head[0].length;
  const lines: string[] = [];
  const inline = /;(.*)$/.exec(head[1] ?? '')?.[1];
  if (inline !== undefined) lines.push(inline);
  for (const line of text.slice(end).split(/(?<=\n)/)) {
    if (!/^\t|^\s*$|^#/.test(line)) break;
    end += line.length;
    if (line.startsWith('\t')) lines.push(line.slice(1).trimEnd());
  }
  const script = lines
    .map((line) => line.replace(/^\s*[@+-]+/, ''))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .replaceAll('\n', ' && ')
    .replaceAll('$$', '$');
  const ignores =
    lines.some((line) => /^\s*[@+]*-/.test(line)) ||
    /^\.IGNORE\b/m.test(text) ||
    /^MAKEFLAGS\s*[+:]?=.*(?:-i|--ignore-errors|-k\b|-n\b)/m.test(text);
  return { start, end, script, ignores };
}
