// Commands that do their best to outlive their task. Each leaves a file `up` in the project once it runs.

const SLEEP = 'sleep 600';

export const NASTY = {
  setsid: `setsid sh -c 'touch up; ${SLEEP}'`,
  nohup: `nohup ${SLEEP} >/dev/null 2>&1 & touch up; ${SLEEP}`,
  'double fork': `(setsid sh -c '${SLEEP} & ${SLEEP} &' &) ; touch up; ${SLEEP}`,
  'deaf to signals': `trap '' TERM INT HUP; touch up; while :; do sleep 0.2; done`,
  'background loop': `(while :; do sleep 0.1; done) & (while :; do ${SLEEP}; done) & touch up; wait`,
  'no environment': `env -i setsid sleep 600 & touch up; ${SLEEP}`,
  'deaf daemon': `setsid sh -c 'trap "" TERM HUP; touch up; while :; do sleep 0.2; done' </dev/null >/dev/null 2>&1 & ${SLEEP}`,
};

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
