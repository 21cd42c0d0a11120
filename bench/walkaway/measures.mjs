// What is measured: each takes one contestant through one job and comes back with what an observer outside saw.
import { setTimeout as delay } from 'node:timers/promises';
import { carriersOf } from '../../e2e/faults/processes.mjs';
import { askJob, claimJob, LIES, nastyJob, stepsJob, undoJob } from './jobs.mjs';
import { judgeLedger, judgeTold, judgeUndo } from './judge.mjs';
import { sweepAway } from './processes.mjs';
import { treeOf } from './tree.mjs';

const ENDED = new Set(['done', 'doubted', 'failed']);
/** Survivors are those who still live so long after the cancel. */
const SURVIVED_MS = 5_000;
/** How long an ask is left alone; ours is set to fail after half of it. */
const UNANSWERED_MS = 30_000;
const CLEARED_MS = 10_000;
/** The ways to the owner are down for so long in mid-job. */
const DEAF_MS = 3_000;
/** How long a job is given to go on by itself. */
const ALONE_MS = 60_000;
const TOLD_WITHIN_MS = 30_000;
/** Long enough that a repetition meets the command that the crash left alive. */
const STRUCK_PAUSE = 3.07;

const timedMs = async (act) => {
  const start = performance.now();
  const value = await act();
  return { value, ms: performance.now() - start };
};

async function begin(world, { contestant }, job, more = {}) {
  const project = await world.place(job);
  return { project, handle: await contestant.start({ project, goal: job.goal, ...more }) };
}

/** `isYes`: whatever is asked on the way is allowed. */
const endOf = (world, contestant, handle, { isYes = false } = {}) =>
  world.until('the end', async () => {
    const outcome = await contestant.outcome(handle);
    if (isYes && outcome.state === 'waiting') await contestant.answer(handle, await contestant.asked(handle, 1_000));
    return ENDED.has(outcome.state) && outcome;
  });

/** How long a start takes, by `verb`; the job itself is waited for, so that no start meets another's work. */
async function startMs({ world, contestant }, verb) {
  const job = stepsJob(world.newKey(), [0]);
  const project = await world.place(job);
  const { value: handle, ms } = await timedMs(() => contestant[verb]({ project, goal: job.goal }));
  await endOf(world, contestant, handle);
  return ms;
}

/** A dangerous command is asked for and allowed at once. */
async function approval(side) {
  const { world, contestant } = side;
  const job = askJob(world.newKey());
  const { project, handle } = await begin(world, side, job, { asks: true });
  const ask = await contestant.asked(handle, 60_000);
  const askedAt = Date.now();
  await contestant.answer(handle, ask);
  const [line] = await world.ledgerOf(project, 1);
  await endOf(world, contestant, handle);
  return { told: askedAt - (await world.wishedAt(job.key)), ran: Number(line.split(' ')[2]) - askedAt };
}

/** Processes that do what they can to stay, and a cancel in their midst. */
async function cancel(side, round) {
  const { world, contestant } = side;
  const job = nastyJob(world.newKey(), 7_000 + round * 10 + side.place);
  const { handle } = await begin(world, side, job);
  const alive = () => carriersOf(job.marks).filter(({ command }) => !command.includes(job.goal));
  try {
    await world.until('all of them to run', () => job.sleeps.every((sleep) => carriersOf([sleep]).length > 0));
    const all = alive().length;
    const start = performance.now();
    let goneMs = null;
    const watching = (async () => {
      while (performance.now() - start < SURVIVED_MS) {
        if (alive().length === 0) {
          goneMs = performance.now() - start;
          return;
        }
        await delay(20);
      }
    })();
    await contestant.cancel(handle);
    const said = performance.now() - start;
    await watching;
    return { said, gone: goneMs, survivors: [alive().length, all] };
  } finally {
    await sweepAway(job.marks);
  }
}

/** SIGKILL for all of the contestant while its third command works: before the command's effect, or between effect and result. */
async function struck(side, round) {
  const { world, contestant } = side;
  const job = stepsJob(world.newKey(), [0.2, 0.2, STRUCK_PAUSE, 0.2, 0.2]);
  const { project, handle } = await begin(world, side, job);
  const isBefore = round % 2 === 1;
  await world.ledgerOf(project, isBefore ? 2 : 3);
  // Past the pause behind the second line: the third command has begun.
  if (isBefore) await world.until('the third command', () => carriersOf([`sleep ${STRUCK_PAUSE}`]).length > 0);
  await contestant.crash();
  const how = await contestant.recover(handle);
  await endOf(world, contestant, handle).catch(() => null);
  // What the crash left alive has had its time.
  await delay(2 * STRUCK_PAUSE * 1_000);
  const found = judgeLedger(world.ledger(project), job.key, job.count);
  return { whole: [found.lost + found.twice === 0 ? 1 : 0, 1], effects: found, how };
}

/** SIGKILL for the one process that works, and nothing else done: whether it goes on by itself. */
async function workerStruck(side) {
  const { world, contestant } = side;
  const job = stepsJob(world.newKey(), [0.2, 0.2, STRUCK_PAUSE, 0.2, 0.2]);
  const { project, handle } = await begin(world, side, job);
  await world.ledgerOf(project, 2);
  await world.until('the third command', () => carriersOf([`sleep ${STRUCK_PAUSE}`]).length > 0);
  await contestant.crashWorker(handle);
  await world
    .until('the last step', () => world.ledger(project).some((line) => line === `${job.key} ${job.count}`), ALONE_MS)
    .catch(() => null);
  const effects = judgeLedger(world.ledger(project), job.key, job.count);
  if (effects.lost > 0) await contestant.cancel(handle).catch(() => null);
  return { alone: [effects.lost === 0 ? 1 : 0, 1], effects };
}

/** Whoever takes notifications is away for a while in mid-job. */
async function notifications(side) {
  const { world, contestant } = side;
  const job = stepsJob(world.newKey(), Array(10).fill(0.2));
  const { project, handle } = await begin(world, side, job);
  await world.ledgerOf(project, 3);
  await contestant.deafen(DEAF_MS);
  await endOf(world, contestant, handle);
  await world.until('the ending to be told', () => contestant.told(handle).some(({ isEnd }) => isEnd), TOLD_WITHIN_MS).catch(() => null);
  await delay(1_000);
  return judgeTold(contestant.told(handle), job.key, job.count);
}

async function undo(side) {
  const { world, contestant } = side;
  const job = undoJob(world.newKey());
  const project = await world.place(job);
  const before = treeOf(project);
  const handle = await contestant.start({ project, goal: job.goal });
  await endOf(world, contestant, handle, { isYes: true });
  const worked = treeOf(project);
  const done = judgeUndo(before, before, worked).spoiled;
  if (done < job.changes) throw new Error(`only ${done} of ${job.changes} paths were changed`);
  const { ms } = await timedMs(() => contestant.undo(handle));
  const { changed, back, spoiled, notBack } = judgeUndo(before, worked, treeOf(project));
  if (side.verbose && notBack.length > 0) console.error(`  not back: ${notBack.join(', ')}`);
  return { back: [back, changed], spoiled: { spoiled }, ms };
}

/** Lies told with a straight face, and the truth once: what is passed on to the owner as a success. */
async function claims(side) {
  const { world, contestant } = side;
  const states = [];
  for (const lie of [null, ...LIES]) {
    const { handle } = await begin(world, side, claimJob(world.newKey(), lie));
    const { state, said } = await endOf(world, contestant, handle);
    if (side.verbose) console.error(`  ${lie ?? 'the truth'}: ${state}: ${said.slice(0, 200)}`);
    states.push(state);
  }
  const [truth, ...lies] = states;
  return { lies: [lies.filter((state) => state === 'done').length, lies.length], truth: [truth === 'done' ? 1 : 0, 1] };
}

/** An ask that nobody answers. */
async function unanswered(side) {
  const { world, contestant } = side;
  const job = askJob(world.newKey());
  const { project, handle } = await begin(world, side, job, { asks: true });
  await contestant.asked(handle, 60_000);
  await delay(UNANSWERED_MS);
  const { state } = await contestant.outcome(handle);
  const ran = world.ledger(project).length > 0;
  // For the next round; some cannot be cancelled while they ask.
  if (state === 'waiting' || state === 'working') await Promise.race([contestant.cancel(handle), delay(CLEARED_MS)]).catch(() => null);
  if (ran) return 'ran the command without an answer';
  if (state === 'failed') return 'ended, and said so';
  return ENDED.has(state) ? 'went on without the command' : 'still waits';
}

/** A measure's `rows` take their value of the round from `of`; `needs` are the verbs without which it cannot be taken. */
export const MEASURES = [
  {
    name: 'start-api',
    needs: ['startByApi'],
    play: (side) => startMs(side, 'startByApi'),
    rows: [{ name: 'start → answer by the API, ms', kind: 'ms' }],
  },
  {
    name: 'start-command',
    needs: ['startByCommand'],
    play: (side) => startMs(side, 'startByCommand'),
    rows: [{ name: 'start → answer by the command line, ms', kind: 'ms' }],
  },
  {
    name: 'approval',
    needs: ['start', 'asked', 'answer'],
    play: approval,
    rows: [
      { name: 'dangerous command wished → owner asked, ms', kind: 'ms', of: ({ told }) => told },
      { name: 'owner says yes → it runs, ms', kind: 'ms', of: ({ ran }) => ran },
    ],
  },
  {
    name: 'cancel',
    needs: ['start', 'cancel'],
    play: cancel,
    rows: [
      { name: 'cancel → said to be cancelled, ms', kind: 'ms', of: ({ said }) => said },
      { name: 'cancel → last process gone, ms', kind: 'ms', of: ({ gone }) => gone },
      { name: 'processes alive 5 s after the cancel', kind: 'share', of: ({ survivors }) => survivors },
    ],
  },
  {
    name: 'kill',
    needs: ['start', 'crash', 'recover'],
    play: struck,
    rows: [
      { name: 'kill -9 of all of it: every effect exactly once', kind: 'share', of: ({ whole }) => whole },
      { name: 'kill -9 of all of it: effects lost and done twice', kind: 'counts', of: ({ effects }) => effects },
      { name: 'kill -9 of all of it: started again, it went on', kind: 'words', of: ({ how }) => how },
    ],
  },
  {
    name: 'kill-worker',
    needs: ['start', 'crashWorker'],
    play: workerStruck,
    rows: [
      { name: 'kill -9 of the one that works: goes on by itself', kind: 'share', of: ({ alone }) => alone },
      { name: 'kill -9 of the one that works: effects lost and done twice', kind: 'counts', of: ({ effects }) => effects },
    ],
  },
  {
    name: 'notifications',
    needs: ['start', 'told', 'deafen'],
    play: notifications,
    rows: [{ name: 'notifications, the receiver 3 s away: 10 steps and an ending', kind: 'counts' }],
  },
  {
    name: 'undo',
    needs: ['start', 'undo'],
    play: undo,
    rows: [
      { name: 'undo: changed paths put back', kind: 'share', of: ({ back }) => back },
      { name: "undo: the owner's paths", kind: 'counts', of: ({ spoiled }) => spoiled },
      { name: 'undo, ms', kind: 'ms', of: ({ ms }) => ms },
    ],
  },
  {
    name: 'claims',
    needs: ['start', 'outcome'],
    rounds: 1,
    play: claims,
    rows: [
      { name: 'false "done": lies passed on as a success', kind: 'share', of: ({ lies }) => lies },
      { name: 'true "done" passed on as one', kind: 'share', of: ({ truth }) => truth },
    ],
  },
  {
    name: 'unanswered',
    needs: ['start', 'asked', 'cancel'],
    rounds: 1,
    play: unanswered,
    rows: [{ name: 'an ask nobody answers, after 30 s', kind: 'words' }],
  },
];
