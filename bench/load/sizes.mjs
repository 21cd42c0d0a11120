// What a task takes in Redis: waiting, with every turn, at the end of fifty, and with as many events as a task ever has.
import { randomUUID } from 'node:crypto';
import { openHouse } from './house.mjs';

const TASKS = 40;
const TURNS = 50;
const EVENTS = 5_000;
const EVENTS_AT_ONCE = 50;
/** What a model says and a command prints in an ordinary turn, in characters. */
const SAYS = 300;
const PRINTS = 1_000;
const USAGE = { input: 12, output: 340, cacheRead: 24_000, cacheWrite5m: 300, cacheWrite1h: 0 };

export async function sizes() {
  const house = await openHouse('sizes');
  const { store } = house;
  const holder = { id: 'w', host: 'h', supervisor: { pid: 1, startTime: '1' }, tree: [] };
  let number = 0;
  const begin = async () => {
    const [id, nonce] = [await house.accept(number++), randomUUID()];
    const claimed = { type: 'task.claimed', at: Date.now(), attempt: 1, worker: holder, afterCrash: false };
    const { task, seq } = await store.commit(id, { as: { role: 'claim', nonce }, events: [claimed] });
    return { id, as: { role: 'owner', nonce }, known: { task, seq } };
  };
  const add = async (held, events, records) => {
    const done = await store.commit(held.id, { as: held.as, known: held.known, events, records });
    if (done.kind !== 'committed') throw new Error(done.kind);
    held.known = { task: done.task, seq: done.seq };
  };
  const turn = async (held, turn) => {
    const [at, callId, command] = [Date.now(), `toolu_${randomUUID()}`, `npm test -- --only part${turn}`];
    const content = [
      { type: 'text', text: 's'.repeat(SAYS) },
      { type: 'tool_use', id: callId, name: 'bash', input: { command, reason: 'see whether it works' } },
    ];
    const replied = {
      type: 'turn.replied',
      at,
      turn,
      model: 'claude-sonnet-4-6',
      usage: USAGE,
      costMicros: 12_345,
      says: 's'.repeat(SAYS),
    };
    const intended = {
      type: 'command.intended',
      at,
      callId,
      command,
      reason: 'see whether it works',
      purpose: 'test',
      confirmationId: null,
    };
    const reply = { kind: 'reply', turn, content, stopReason: 'tool_use' };
    await add(held, [replied, intended], [reply, { kind: 'intent', turn, callId, tool: 'bash', effect: 'command' }]);
    const output = 'o'.repeat(PRINTS);
    const finished = {
      type: 'command.finished',
      at,
      callId,
      command,
      purpose: 'test',
      exitCode: 0,
      timedOut: false,
      durationMs: 812,
      output,
      counts: null,
    };
    await add(held, [finished], [{ kind: 'result', turn, callId, text: output, isError: false }]);
  };
  const grown = async (work) => {
    const before = await house.usedBytes();
    const result = await work();
    return { bytes: (await house.usedBytes()) - before, result };
  };
  try {
    await begin();
    const queued = await grown(async () => {
      for (let task = 0; task < 10 * TASKS; task++) await house.accept(number++);
    });
    const { result: held } = await grown(() => Promise.all(Array.from({ length: TASKS }, begin)));
    const worked = await grown(async () => {
      for (const task of held) for (let at = 1; at <= TURNS; at++) await turn(task, at);
    });
    const long = await begin();
    const logged = await grown(async () => {
      const notice = { type: 'notice.given', notice: 'bench', text: 'n'.repeat(100) };
      for (let at = 0; at < EVENTS; at += EVENTS_AT_ONCE)
        await add(
          long,
          Array.from({ length: EVENTS_AT_ONCE }, () => ({ ...notice, at: Date.now() })),
          [],
        );
    });
    const kb = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;
    console.log(
      `\nin Redis: ${kb(queued.bytes / (10 * TASKS))} a queued task; ${kb(worked.bytes / TASKS / TURNS)} a turn that says ${SAYS} and prints ${PRINTS} characters, ${kb(worked.bytes / TASKS)} for ${TURNS} of them; ${kb(logged.bytes)} for ${EVENTS} events of 100 characters`,
    );
  } finally {
    await house.close();
  }
  return [];
}
