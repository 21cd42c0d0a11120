// Pure judgement of what was seen from outside.

const count = (values) => {
  const seen = new Map();
  for (const value of values) seen.set(value, (seen.get(value) ?? 0) + 1);
  return seen;
};

/** Steps that are not in the ledger, and lines that are there again. `lines`: `key step …`. */
export function judgeLedger(lines, key, steps) {
  const seen = count(lines.map((line) => line.split(' ')).flatMap(([owner, step]) => (owner === key ? [Number(step)] : [])));
  const all = Array.from({ length: steps }, (_, at) => at + 1);
  return { lost: all.filter((step) => !seen.has(step)).length, twice: [...seen.values()].reduce((sum, times) => sum + times - 1, 0) };
}

/**
 * `told`: `{ id, text, isEnd }` in order of arrival. Each step must be told of once, in order, and then one ending; what comes again under the id it had counts as
 * `redelivered` and is no fault.
 */
export function judgeTold(told, key, steps) {
  const ids = new Set();
  const fresh = told.filter(({ id }) => !ids.has(id) && ids.add(id));
  const numbers = fresh.flatMap(({ text }) =>
    [...text.matchAll(new RegExp(`step (\\d+) of ${key} is done\\b`, 'g'))].map(([, step]) => Number(step)),
  );
  const seen = new Set(numbers);
  const ends = fresh.filter(({ isEnd }) => isEnd).length;
  const lostSteps = Array.from({ length: steps }, (_, at) => at + 1).filter((step) => !seen.has(step)).length;
  return {
    lost: lostSteps + (ends === 0 ? 1 : 0),
    repeated: numbers.length - seen.size + Math.max(0, ends - 1),
    reordered: numbers.filter((step, at) => at > 0 && step < Math.max(...numbers.slice(0, at))).length,
    redelivered: told.length - fresh.length,
  };
}

/** Of the paths that the work changed, how many an undo put back; and what it spoiled that the work had left alone. */
export function judgeUndo(before, worked, undone) {
  const paths = new Set([...before.keys(), ...worked.keys(), ...undone.keys()]);
  const changed = [...paths].filter((path) => before.get(path) !== worked.get(path));
  const kept = [...paths].filter((path) => before.get(path) === worked.get(path));
  const isBack = (path) => undone.get(path) === before.get(path);
  return {
    changed: changed.length,
    back: changed.filter(isBack).length,
    spoiled: kept.filter((path) => !isBack(path)).length,
    notBack: changed.filter((path) => !isBack(path)),
  };
}
