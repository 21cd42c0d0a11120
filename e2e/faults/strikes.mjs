// Carries out the plan: watches every commit go by, and at its place kills, stops, cuts or lets a lease run out.
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, killNow, signal } from './processes.mjs';
import { nameOf } from './watched-commands.mjs';

const ENDINGS = new Set(['task.finished', 'task.failed', 'task.timed_out', 'task.cancelled']);
/** One more, and the task ends as poisoned. */
const MOST_CRASHES = 2;
const LATE_WRITER_MS = 4_000;

/** One record for each task that is told of: its plan, what passed, what was done to it. */
export const createTally = (key, plan) => ({
  key,
  plan: [...plan],
  commits: 0,
  cursors: 0,
  claims: 0,
  points: [],
  holder: null,
  runner: null,
  hasEnded: false,
  crashes: 0,
  done: [],
});

/** For a world in which nobody is struck. */
export const UNSTRUCK = { before() {}, after() {}, died() {} };

export function createStrikes() {
  let world = null;
  let isRedisAway = false;
  const tasks = new Map();
  /** What was committed to tasks whose id nobody has heard yet: the answer to a start is late where the api was struck. */
  const early = new Map();
  const busy = new Set();

  const heldBy = (name) => [...tasks.values()].filter(({ holder }) => holder === name);
  const runnerOf = (tally) => {
    const known = new Set([...tasks.values()].filter((other) => other !== tally).map(({ runner }) => runner));
    return tally.runner ?? childrenOf(world.pidOf(tally.holder), 'runner.mjs').find((pid) => !known.has(pid)) ?? -1;
  };
  /** Counted before the blow, because another may be on its way; taken back where nobody was there to be struck. */
  const crashing = async (hit, blow) => {
    if (hit.some(({ crashes }) => crashes >= MOST_CRASHES)) return false;
    for (const each of hit) each.crashes++;
    if (await blow()) return true;
    for (const each of hit) each.crashes--;
    return false;
  };
  const hitWith = (tally, name) => [...new Set([tally, ...heldBy(name)])];

  const killSupervisor = (tally, name) =>
    crashing(hitWith(tally, name), async () => {
      const ended = world.endOf(name);
      if (!(await killNow(world.pidOf(name)))) return false;
      await ended;
      return true;
    });
  const killRunner = (tally) => crashing([tally], () => killNow(runnerOf(tally)));

  const stopFor = async (pid, ms) => {
    if (!signal(pid, 'SIGSTOP')) return false;
    busy.add(delay(ms).then(() => signal(pid, 'SIGCONT')));
    return true;
  };

  /** The holder is frozen, its lease made to have run out, and only when somebody else has claimed the task may it go on. */
  const lapse = async (tally, name, isHeld) => {
    const pid = world.pidOf(name);
    const { claims } = tally;
    if (!(await crashing(hitWith(tally, name), async () => signal(pid, 'SIGSTOP')))) return false;
    await world.redis.hSet(`tars:task:${tally.id}`, 'lease', '0').catch(() => {});
    const thaw = (async () => {
      for (const end = Date.now() + LATE_WRITER_MS; Date.now() < end && tally.claims === claims; ) await delay(20);
      await delay(100);
      signal(pid, 'SIGCONT');
    })();
    busy.add(thaw);
    if (isHeld) await thaw;
    return true;
  };

  /** What came of it: false when there was nobody to strike, `'cut'` when the message must not pass. */
  const strike = async (fault, tally, { name, side, command }) => {
    const holder = tally.holder ?? (name.startsWith('worker') ? name : null);
    switch (fault.kind) {
      case 'supervisor':
        return holder !== null && (await killSupervisor(tally, holder)) && (holder === name ? 'cut' : true);
      case 'runner':
        return tally.holder !== null && killRunner(tally);
      case 'both': {
        if (tally.holder === null) return false;
        const runner = runnerOf(tally);
        // In one breath, so that neither learns of the other's end.
        signal(runner, 'SIGSTOP');
        if (!(await killSupervisor(tally, holder))) {
          signal(runner, 'SIGCONT');
          return false;
        }
        await killNow(runner);
        return holder === name ? 'cut' : true;
      }
      case 'stop supervisor':
        return holder !== null && stopFor(world.pidOf(holder), fault.stopMs);
      case 'stop runner':
        return tally.holder !== null && stopFor(runnerOf(tally), fault.stopMs);
      case 'lapse':
        return tally.holder !== null && lapse(tally, tally.holder, fault.isHeld && side === 'before' && tally.holder === name);
      case 'notifier':
      case 'api': {
        const ended = world.endOf(fault.kind);
        if (!(await killNow(world.pidOf(fault.kind)))) return false;
        await ended;
        return name === fault.kind ? 'cut' : true;
      }
      case 'redis': {
        if (isRedisAway) return false;
        isRedisAway = true;
        await world.server.stop('SIGKILL');
        const back = world.server.restart().finally(() => {
          isRedisAway = false;
        });
        busy.add(back);
        return 'cut';
      }
      case 'cut':
        return side !== 'later' && 'cut';
      case 'race': {
        // Somebody else's write arrives between the holder's look at the task and its own write.
        if (side !== 'before' || tally.hasEnded || command.events.some(({ type }) => ENDINGS.has(type))) return false;
        const told = world.ask(`/api/tasks/${tally.id}/messages`, { message: `${tally.key} race ${fault.at}.` });
        await Promise.race([told, delay(LATE_WRITER_MS)]);
        busy.add(told.catch(() => {}));
        return true;
      }
    }
  };

  const carryOut = async (fault, tally, place) => {
    const came = await strike(fault, tally, place);
    if (came !== false) tally.done.push({ ...fault, side: place.side });
    return came;
  };

  /** The notifier is struck at its own writes, everything else at commits. */
  const due = (tally, what, at, side) => {
    const isMeant = (fault) => (fault.kind === 'notifier' && side !== 'later') === (what === 'cursor');
    const index = tally.plan.findIndex((fault) => fault.at <= at && fault.side === side && isMeant(fault));
    return index === -1 ? null : tally.plan.splice(index, 1)[0];
  };

  const note = (tally, name, command) => {
    const { mode, events, records, release } = command;
    // One that says nothing only keeps or gives up the claim: it comes when it comes, and is no point of the tale.
    if (events.length + records.length > 0) {
      tally.commits++;
      tally.points.push(nameOf(command));
    }
    // Whoever may write as its owner holds it: of a claim whose answer was lost with Redis nobody hears.
    if (mode === 'claim' || (mode === 'owner' && tally.holder !== name)) {
      tally.holder = name;
      tally.runner = null;
      tally.claims++;
    }
    const started = events.find(({ type }) => type === 'attempt.started');
    if (started !== undefined) tally.runner = started.tree[0]?.pid ?? null;
    const ended = events.some(({ type }) => ENDINGS.has(type));
    if (ended) tally.hasEnded = true;
    if (ended || (mode === 'owner' && release)) {
      tally.holder = null;
      tally.runner = null;
    }
  };

  return {
    attach: (given) => {
      world = given;
    },
    /** From now on the task's commits are counted and its plan is carried out. */
    watch(id, tally) {
      tasks.set(id, Object.assign(tally, { id }));
      for (const [name, command] of early.get(id) ?? []) note(tally, name, command);
      early.delete(id);
    },
    died(name) {
      for (const tally of heldBy(name)) {
        tally.holder = null;
        tally.runner = null;
      }
    },
    async before(name, command) {
      const tally = tasks.get(command.taskId);
      if (tally === undefined || command.mode === 'create') return;
      const place = command.kind === 'cursor' ? tally.cursors : tally.commits;
      const fault = due(tally, command.kind, place + 1, 'before');
      return fault === null ? undefined : carryOut(fault, tally, { name, side: 'before', command });
    },
    async after(name, command, reply) {
      const tally = tasks.get(command.taskId);
      if (tally === undefined) {
        const isMade = command.kind === 'commit' && command.mode !== 'create' && reply.includes('committed');
        if (isMade) early.set(command.taskId, [...(early.get(command.taskId) ?? []), [name, command]]);
        return;
      }
      if (command.kind === 'cursor') tally.cursors++;
      else if (reply.includes('committed')) note(tally, name, command);
      else return;
      const place = command.kind === 'cursor' ? tally.cursors : tally.commits;
      const later = due(tally, command.kind, place, 'later');
      if (later !== null)
        busy.add(delay(later.delayMs).then(() => !tally.hasEnded && carryOut(later, tally, { name, side: 'later', command })));
      const fault = due(tally, command.kind, place, 'after');
      return fault === null ? undefined : carryOut(fault, tally, { name, side: 'after', command });
    },
    /** Resolves once everything that was begun (a stop, a restart) is over. */
    async settled() {
      for (const begun of busy) await begun;
    },
  };
}
