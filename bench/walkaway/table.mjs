// Cells from what the rounds brought, and the one table of them.

export function median(values) {
  const sorted = [...values].sort((one, two) => one - two);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const figure = (value) => (value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1));

/** Ways to make one cell of the values of all rounds. A value that is null did not come. */
export const CELLS = {
  /** A median; what did not come is counted beside it. */
  ms(values) {
    const come = values.filter((value) => value !== null);
    const none = values.length - come.length;
    if (come.length === 0) return 'never';
    return `${figure(median(come))}${none === 0 ? '' : ` (${none} never)`}`;
  },
  /** `[part, whole]` of each round, added up. */
  share(values) {
    const [part, whole] = [0, 1].map((at) => values.reduce((sum, value) => sum + value[at], 0));
    return `${part} of ${whole}`;
  },
  /** Counts of each round, added up name by name. */
  counts(values) {
    const names = Object.keys(values[0]);
    return names.map((name) => `${values.reduce((sum, value) => sum + value[name], 0)} ${name}`).join(', ');
  },
  /** Words, each with how often they came. */
  words(values) {
    const seen = new Map();
    for (const value of values) seen.set(value, (seen.get(value) ?? 0) + 1);
    return [...seen].map(([value, times]) => (values.length === 1 || times === values.length ? value : `${value} (${times})`)).join('; ');
  },
};

/** What a contestant has no such thing for, or what went wrong, said in the place of a figure. */
export function cellOf({ kind }, outcome) {
  if (outcome === undefined) return '';
  if (outcome.notApplicable !== undefined) return `n/a (${outcome.notApplicable})`;
  const failed = outcome.failures.length === 0 ? '' : `${outcome.values.length === 0 ? '' : '; '}failed ${outcome.failures.length} ×`;
  const value = outcome.values.length === 0 ? '' : CELLS[kind](outcome.values);
  const n = outcome.values.length === 0 ? '' : `, n=${outcome.values.length}`;
  return `${value}${n}${failed}`;
}

/** `rows`: `{ name, kind }`; `outcomeOf(row, column)`: `{ values, failures }` or `notApplicable(reason)`. */
export function tableOf(columns, rows, outcomeOf) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(['', ...columns.map(({ name }) => name)]),
    line(['---', ...columns.map(() => '---')]),
    ...rows.map((row) =>
      line([row.name, ...columns.map((column) => (column.missing === undefined ? cellOf(row, outcomeOf(row, column)) : column.missing))]),
    ),
  ].join('\n');
}
