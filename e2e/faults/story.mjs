// What the scripted Claude does in each task: every effect leaves a line in a ledger outside the project, each line under a key of its own.

const bash = (command, reason) => ({ name: 'bash', input: { command, reason } });
const edit = (path, old_text, new_text) => ({ name: 'edit_file', input: { path, edits: [{ old_text, new_text }] } });
const finish = { name: 'finish', input: { summary: 'All steps are in the ledger.' } };

/** One line for this step; `t` and the turn make it the only one of its kind. */
const append = (step) => `echo "{{key}} ${step} t{{turn}}" >> {{ledger}}`;

/** What a careful agent does when it is told that an outcome is unknown: it looks first, and repeats what is missing. */
const lookAndRepeat = (steps) =>
  bash(
    `for step in ${steps.join(' ')}; do grep -q "^{{key}} $step " {{ledger}} || echo "{{key}} $step r{{turn}}" >> {{ledger}}; done`,
    'an outcome is unknown: look, and repeat what is missing',
  );
const UNKNOWN = { tool: 'bash', is_error: true, tool_result: 'outcome is unknown' };

/** A turn that first puts right what an interruption left open of the steps before it. */
const afterSteps = (steps, turn, repair = lookAndRepeat) => ({
  ...turn,
  branches: [{ ...turn, when: UNKNOWN, calls: [repair(steps), ...turn.calls] }],
});

const MOST_INTERRUPTIONS = 4;
/** A message that came just before the end wants another end. */
const onceMore = [{ calls: [finish], repeat: 4 }];

/** Never said in the same breath as a repair: what is claimed must have been seen. */
const finishing = (steps, interruptions, repair = lookAndRepeat) => ({
  calls: [finish],
  ...(interruptions === 0
    ? {}
    : { branches: [{ when: UNKNOWN, calls: [repair(steps)], turns: [finishing(steps, interruptions - 1, repair), ...onceMore] }] }),
});
const upTo = (step) => Array.from({ length: step }, (_, at) => at + 1);

const storyTurns = [
  {
    text: 'A plan first.',
    calls: [{ name: 'update_plan', input: { steps: [{ title: 'fill the ledger', status: 'active' }] } }, bash(append(1), 'the first line')],
  },
  afterSteps(upTo(1), {
    calls: [
      { name: 'read_file', input: { path: 'notes.txt' } },
      { name: 'search', input: { pattern: 'end' } },
      bash(`sleep 0.1; ${append(2)}; sleep 0.1`, 'takes a while'),
    ],
  }),
  afterSteps(upTo(2), { text: 'Line one.', calls: [edit('notes.txt', 'end', 'line one\nend'), bash(append(3), 'a quick one')] }),
  afterSteps(upTo(3), { calls: [bash(`setsid sh -c 'sleep 0.4; ${append(4)}' & wait`, 'in a session of its own')] }),
  afterSteps(upTo(4), { calls: [bash(`rm scratch.txt && ${append(5)}`, 'not needed any more')] }),
  afterSteps(upTo(5), {
    calls: [
      { name: 'write_file', input: { path: 'made.txt', content: 'made\n' } },
      edit('notes.txt', 'end', 'line two\nend'),
      bash(append(6), 'between edits'),
      edit('notes.txt', 'end', 'line three\nend'),
    ],
  }),
  afterSteps(upTo(6), { calls: [bash(`nohup sleep 300 >/dev/null 2>&1 & ${append(7)}`, 'leaves something behind')] }),
  finishing(upTo(7), MOST_INTERRUPTIONS),
  ...onceMore,
];

const briefTurns = [
  { text: 'Line one.', calls: [bash(`sleep 0.05; ${append(1)}; sleep 0.05`, 'the first line'), edit('notes.txt', 'end', 'line one\nend')] },
  afterSteps(upTo(1), { calls: [bash(`rm scratch.txt && ${append(2)}`, 'not needed any more')] }),
  finishing(upTo(2), MOST_INTERRUPTIONS),
  ...onceMore,
];

const singleTurns = [{ calls: [bash(append(1), 'the only line')] }, finishing(upTo(1), MOST_INTERRUPTIONS), ...onceMore];

/** Where and when this is written, told by the machine on which it is. */
const HERE_AND_NOW = '$(hostname) $(date +%s%3N)';
const appendHere = (step, mark = 't{{turn}}') => `echo "{{key}} ${step} ${mark} ${HERE_AND_NOW}" >> {{ledger}}`;
const lookAndRepeatHere = (steps) =>
  bash(
    `for step in ${steps.join(' ')}; do grep -q "^{{key}} $step " {{ledger}} || ${appendHere('$step', 'r{{turn}}')}; done`,
    'an outcome is unknown: look, and repeat what is missing',
  );

/** Slow enough that a machine is lost in the middle of most of its commands. */
const farTurns = [
  { text: 'A plan first.', calls: [bash(`${appendHere(1)}; sleep 0.6`, 'the first line')] },
  afterSteps(upTo(1), { calls: [bash(`sleep 1; ${appendHere(2)}; sleep 0.5`, 'takes a while')] }, lookAndRepeatHere),
  afterSteps(
    upTo(2),
    {
      calls: [
        edit('notes.txt', 'end', 'line one\nend'),
        bash(`nohup sleep 300 >/dev/null 2>&1 & ${appendHere(3)}`, 'leaves something behind'),
      ],
    },
    lookAndRepeatHere,
  ),
  afterSteps(upTo(3), { calls: [bash(`rm scratch.txt && ${appendHere(4)}`, 'not needed any more')] }, lookAndRepeatHere),
  afterSteps(
    upTo(4),
    { calls: [bash(`for part in 1 2 3 4; do sleep 0.5; done; ${appendHere(5)}; sleep 0.5`, 'takes longer')] },
    lookAndRepeatHere,
  ),
  finishing(upTo(5), MOST_INTERRUPTIONS, lookAndRepeatHere),
  ...onceMore,
];

/** The tales a task may tell: how many lines its ledger has in the end, and what its notes say. */
export const TALES = {
  story: { turns: storyTurns, steps: upTo(7), notes: 'begin\nline one\nline two\nline three\nend\n' },
  single: { turns: singleTurns, steps: upTo(1), notes: 'begin\nend\n' },
  far: { turns: farTurns, steps: upTo(5), notes: 'begin\nline one\nend\n' },
  brief: { turns: briefTurns, steps: upTo(2), notes: 'begin\nline one\nend\n' },
};

/** What every project holds at first. */
export const PROJECT_FILES = { 'notes.txt': 'begin\nend\n', 'scratch.txt': 'scratch\n', Makefile: 'test:\n\t@grep -q end notes.txt\n' };

export const goalOf = ({ tale, key, ledger }) => `Tale ${tale}. Ledger key ${key}, ledger file ${ledger} (with detailed updates)`;

export const SCENARIO = {
  captures: { key: 'Ledger key (\\w+)', ledger: 'ledger file (\\S+)' },
  conversations: Object.entries(TALES).map(([name, { turns }]) => ({ name, match: `Tale ${name}\\b`, turns })),
};
