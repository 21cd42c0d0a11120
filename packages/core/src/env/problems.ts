// How a process says that its settings are wrong.

/** One paragraph with every problem, for a person at a terminal or in a container's log. */
export function printProblems(problems: readonly string[], write: (text: string) => void = (text) => process.stderr.write(text)): void {
  const count = problems.length === 1 ? 'one setting needs' : `${problems.length} settings need`;
  write(`TARS cannot start: ${count} attention.\n${problems.map((problem) => `  - ${problem}\n`).join('')}`);
}
