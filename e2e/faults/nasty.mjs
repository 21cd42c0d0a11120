// Commands that do their best to outlive their task. Each leaves a file `up` in the project once it runs.

/** Each is told what shows that it runs, and how its processes sleep. */
const KINDS = {
  setsid: (up, sleep) => `setsid sh -c '${up}; ${sleep}'`,
  nohup: (up, sleep) => `nohup ${sleep} >/dev/null 2>&1 & ${up}; ${sleep}`,
  'double fork': (up, sleep) => `(setsid sh -c '${sleep} & ${sleep} &' &) ; ${up}; ${sleep}`,
  'deaf to signals': (up, sleep) => `trap '' TERM INT HUP; ${up}; while :; do ${sleep}; done`,
  'background loop': (up, sleep) => `(while :; do sleep 0.1; done) & (while :; do ${sleep}; done) & ${up}; wait`,
  'no environment': (up, sleep) => `env -i setsid ${sleep} & ${up}; ${sleep}`,
  'deaf daemon': (up, sleep) => `setsid sh -c 'trap "" TERM HUP; ${up}; while :; do ${sleep}; done' </dev/null >/dev/null 2>&1 & ${sleep}`,
};

export const NASTY = Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, kind('touch up', 'sleep 600')]));

/** One script of all of them at once; `sleeps` has one way to sleep for each and one for the script itself. */
export function nastyScript(sleeps) {
  const kinds = Object.values(KINDS).map((kind, at) => `{ ${kind(':', sleeps[at])}; } &`);
  return [...kinds, sleeps.at(-1), ''].join('\n');
}

export const NASTY_COUNT = Object.keys(KINDS).length;

export const NASTY_SCENARIO = {
  conversations: Object.entries(NASTY).map(([name, command]) => ({
    name,
    match: `Nasty ${name}\\b`,
    turns: [
      { calls: [{ name: 'bash', input: { command, reason: 'will not go by itself', timeout_seconds: 600 } }] },
      { calls: [{ name: 'finish', input: { summary: 'never said' } }], repeat: 9 },
    ],
  })),
};
