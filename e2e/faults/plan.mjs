// Which faults strike which task, and where: drawn from the seed before anything runs, so that the same seed strikes the same places.

/** A fault that costs the task its attempt; the third would end it as poisoned. */
export const CRASHES = new Set(['supervisor', 'runner', 'both', 'lapse']);
const MOST_CRASHES = 2;

/** What costs a process its start is drawn less often than what costs none. */
const KINDS = {
  supervisor: 18,
  runner: 32,
  both: 10,
  'stop supervisor': 9,
  'stop runner': 7,
  lapse: 6,
  notifier: 5,
  redis: 3,
  cut: 8,
  race: 4,
  api: 1,
};
const SIDES = { before: 2, after: 2, later: 3 };

/** `at`: the commit's number in its task's life; `later`: so many ms behind it. */
function fault(random, kind, at, side) {
  return {
    kind,
    at,
    side,
    delayMs: side === 'later' ? random.between(1, 500) : 0,
    stopMs: random.next() < 0.1 ? 5_000 : random.between(100, 1_500),
    // Whether what a stopped supervisor was about to write comes late, or was written.
    isHeld: random.next() < 0.5,
  };
}

/** Up to `count` faults for tasks whose life has `points` commits, as one list of faults for each task. */
export function planRandom(random, { count, points, perTask = 4, kinds = KINDS }) {
  const tasks = [];
  for (let left = count; left > 0; ) {
    const faults = [];
    let crashes = 0;
    while (faults.length < Math.min(perTask, left)) {
      const kind = random.weighted(kinds);
      if (CRASHES.has(kind) && crashes === MOST_CRASHES) break;
      if (CRASHES.has(kind)) crashes++;
      // A message that comes behind the end would begin the task anew.
      faults.push(
        kind === 'race'
          ? fault(random, kind, random.between(1, points - 3), 'before')
          : fault(random, kind, random.between(1, points), random.weighted(SIDES)),
      );
    }
    left -= faults.length;
    tasks.push(inOrder(faults));
  }
  return tasks;
}

const SWEPT_SIDES = ['before', 'after'];

function crashAt(random, { at, side, points }) {
  const kinds = ['supervisor', 'runner', 'both'];
  // At a task's first commit there is no runner yet, behind its last none is left.
  const kind = at === 1 || at === points ? 'supervisor' : kinds[(at + SWEPT_SIDES.indexOf(side)) % kinds.length];
  return fault(random, kind, at, side);
}

/** These places again, `'13 after'` and the like: a strike is called off where it would be the third for a bystander of the same worker. */
export const planPlaces = (random, { places, points }) =>
  places.map((place) => {
    const [at, side] = place.split(' ');
    return [crashAt(random, { at: Number(at), side, points })];
  });

/** Every commit point once before and once after, one for each task, with `more` faults spread over the same tasks. */
export function planSweep(random, { points, more }) {
  const tasks = Array.from({ length: points }, (_, at) => at + 1).flatMap((at) =>
    SWEPT_SIDES.map((side) => [crashAt(random, { at, side, points })]),
  );
  for (let given = 0; given < more; given++) {
    const faults = tasks[given % tasks.length];
    // A second crash soon behind the first, which makes more commits of the task's life; then stops, which change no number.
    const isCrash = given < tasks.length;
    const kind = random.weighted(isCrash ? { supervisor: 3, runner: 3, both: 2 } : { 'stop supervisor': 1, 'stop runner': 1 });
    const at = isCrash ? random.between(faults[0].at + 1, faults[0].at + 3) : random.between(2, points);
    faults.push(fault(random, kind, at, random.weighted({ before: 1, after: 1 })));
  }
  return tasks;
}

/** Commit points of a sweep that were not struck on both sides. */
export function missedBy(tallies, points) {
  const struck = new Set(
    tallies.flatMap(({ done }) => done.filter(({ kind }) => CRASHES.has(kind)).map(({ at, side }) => `${at} ${side}`)),
  );
  return Array.from({ length: points }, (_, at) => [`${at + 1} before`, `${at + 1} after`])
    .flat()
    .filter((place) => !struck.has(place));
}

/** The same fault in a task of its own at each of these places. */
export const planAt = (random, { kind, side, at }) => at.map((place) => [{ ...fault(random, kind, place, side), isHeld: true }]);

const inOrder = (faults) => faults.sort((one, two) => one.at - two.at);
