import { beforeEach, expect, test } from '@jest/globals';
import { clearedText } from '../short-transcript.js';
import { isSettled, STATES } from '../state.js';
import { confirmation, event, PROOF, type SAMPLES, WORKER } from '../testing/samples.js';
import { useRedis } from '../testing/use-redis.js';
import type { TranscriptRecord } from '../transcript.js';
import { keys } from './keys.js';
import { type Author, createTaskStore, type TaskStore } from './store.js';

const at = useRedis();
let store: TaskStore;
beforeEach(() => {
  store = createTaskStore(at.redis);
});

const OUTSIDER: Author = { role: 'outsider' };
const owner = (nonce: string): Author => ({ role: 'owner', nonce });

const create = (id = 'a7f3', facts: Partial<(typeof SAMPLES)['task.queued']> = {}, now?: number) =>
  store.create(id, event('task.queued', { project: `/home/me/${id}`, ...facts }, now));
const claim = (nonce: string, { id = 'a7f3', attempt = 1, afterCrash = false, displaces = '' } = {}) =>
  store.commit(id, { as: { role: 'claim', nonce, displaces }, events: [event('task.claimed', { attempt, afterCrash })] });
const SPENT = { workedMs: 0, outageMs: 0 };
/** As if the holder had not been heard of for longer than a lease lasts. */
const lapse = (id = 'a7f3') => at.redis.hSet(keys.task(id), 'lease', '1');

test('what was created is read back as it was, and as its first event', async () => {
  const created = await create();
  expect(created).toMatchObject({ kind: 'created', task: { id: 'a7f3', state: 'queued' } });
  expect(await store.read('a7f3')).toEqual(created.kind === 'created' && created.task);
  expect(await store.events('a7f3')).toEqual([{ taskId: 'a7f3', seq: 1, event: event('task.queued', { project: '/home/me/a7f3' }) }]);
  expect(await store.read('x9x9')).toBeNull();
});

test('an id in use is not given twice', async () => {
  await create('a7f3', { goal: 'the first' });
  expect(await create('a7f3', { goal: 'the second' })).toEqual({ kind: 'taken' });
  expect(await store.read('a7f3')).toMatchObject({ goal: 'the first' });
  expect(await store.events('a7f3')).toHaveLength(1);
});

test('a repeated start gives the first task, whichever of its keys repeats', async () => {
  const start = (id: string, ...once: string[]) =>
    store.create(
      id,
      event('task.queued'),
      once.map((key) => ({ key, ttlMs: 30_000 })),
    );
  await start('a7f3', 'call:1', 'goal:x');
  expect(await start('c2c2', 'call:2', 'goal:x')).toMatchObject({ kind: 'repeated', task: { id: 'a7f3' } });
  expect(await start('c2c2', 'call:1', 'goal:y')).toMatchObject({ kind: 'repeated', task: { id: 'a7f3' } });
  expect(await store.read('c2c2')).toBeNull();
  expect(await start('c2c2', 'call:2', 'goal:y')).toMatchObject({ kind: 'created', task: { id: 'c2c2' } });
});

test('of many equal starts at once exactly one creates', async () => {
  const ids = ['a2', 'a3', 'a4', 'a5', 'a6'];
  const created = await Promise.all(ids.map((id) => store.create(id, event('task.queued'), [{ key: 'call:1', ttlMs: 30_000 }])));
  expect(created.map(({ kind }) => kind).sort()).toEqual(['created', 'repeated', 'repeated', 'repeated', 'repeated']);
  expect(new Set(created.map((answer) => (answer.kind === 'taken' ? '' : answer.task.id))).size).toBe(1);
  expect(await store.list()).toHaveLength(1);
});

test('an idempotency key is forgotten in time', async () => {
  await store.create('a7f3', event('task.queued'), [{ key: 'goal:x', ttlMs: 30_000 }]);
  expect(await at.redis.pTTL(keys.once('goal:x'))).toBeGreaterThan(29_000);
  expect(await at.redis.pTTL(keys.once('goal:x'))).toBeLessThanOrEqual(30_000);
});

test('two writers race: both facts are kept, in one order without gaps', async () => {
  await create();
  await claim('n1');
  const notices = Array.from({ length: 8 }, (_, n) => event('notice.given', { notice: 'n', text: String(n) }));
  // Fewer writers than a commit has tries, so that every one of them must get through.
  for (let round = 0; round < 8; round += 4) {
    const writes = notices.slice(round, round + 4).map((fact) => store.commit('a7f3', { as: OUTSIDER, events: [fact] }));
    expect((await Promise.all(writes)).map(({ kind }) => kind)).toEqual(Array(4).fill('committed'));
  }
  const log = await store.events('a7f3');
  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
  const texts = log.flatMap(({ event: fact }) => (fact.type === 'notice.given' ? [fact.text] : []));
  expect(texts.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
});

test('a cancel and an end race: one of them wins, and the log tells the same end as the task', async () => {
  for (let round = 0; round < 20; round++) {
    const id = `r${round}`;
    await create(id);
    await claim('n1', { id });
    const [end, cancel] = await Promise.all([
      store.commit(id, { as: owner('n1'), events: [event('task.finished')] }),
      store.commit(id, { as: OUTSIDER, events: [event('task.cancelled')] }),
    ]);
    expect([end.kind, cancel.kind].filter((kind) => kind === 'committed')).toHaveLength(1);
    const task = await store.read(id);
    expect(task?.state).toBe(end.kind === 'committed' ? 'finished' : 'cancelled');
    const ends = (await store.events(id)).filter(({ event: fact }) => fact.type === 'task.finished' || fact.type === 'task.cancelled');
    expect(ends.map(({ event: fact }) => fact.type)).toEqual([`task.${task?.state}`]);
  }
});

test('all events of a change are kept, or none', async () => {
  await create();
  await claim('n1');
  const refused = await store.commit('a7f3', { as: owner('n1'), events: [event('notice.given'), event('question.answered')] });
  expect(refused).toMatchObject({ kind: 'refused', task: { state: 'started' } });
  expect(await store.events('a7f3')).toHaveLength(2);
  const both = await store.commit('a7f3', { as: owner('n1'), events: [event('question.asked'), event('question.answered')] });
  expect(both).toMatchObject({ kind: 'committed', seq: 4, task: { question: null } });
});

test('a settled task stays as it is', async () => {
  await create();
  await claim('n1');
  await store.commit('a7f3', { as: owner('n1'), events: [event('task.finished')] });
  const before = await store.read('a7f3');
  for (const fact of [event('task.failed'), event('task.cancelled'), event('notice.given'), event('cancel.requested')]) {
    expect(await store.commit('a7f3', { as: OUTSIDER, events: [fact] })).toEqual({ kind: 'refused', task: before });
  }
  expect(await store.read('a7f3')).toEqual(before);
  expect(await store.events('a7f3')).toHaveLength(3);
});

test('a task nobody knows cannot be changed', async () => {
  expect(await store.commit('x9x9', { as: OUTSIDER, events: [event('cancel.requested')] })).toEqual({ kind: 'missing' });
});

test('a task is claimed once: the second comes too early', async () => {
  await create();
  const claims = await Promise.all(['n1', 'n2', 'n3'].map((nonce) => claim(nonce)));
  expect(claims.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
  expect(await store.read('a7f3')).toMatchObject({ attempt: 1, crashes: 0 });
  expect(await claim('n4', { attempt: 2 })).toEqual({ kind: 'held' });
});

test('a lapsed lease lets the next claim it, and the late owner is fenced for good', async () => {
  await create();
  await claim('n1');
  await lapse();
  expect(await claim('n2', { attempt: 2, afterCrash: true })).toMatchObject({ kind: 'committed', task: { attempt: 2, crashes: 1 } });

  expect(await store.renew('a7f3', 'n1', SPENT)).toBe(false);
  expect(await store.commit('a7f3', { as: owner('n1'), events: [event('notice.given')] })).toEqual({ kind: 'fenced' });
  const record: TranscriptRecord = { kind: 'note', turn: 1, text: 'late' };
  expect(await store.commit('a7f3', { as: owner('n1'), events: [], records: [record] })).toEqual({ kind: 'fenced' });
  expect(await store.events('a7f3')).toHaveLength(3);
  expect(await store.transcript('a7f3')).toEqual([]);
  expect(await store.renew('a7f3', 'n2', SPENT)).toBe(true);
});

test('what a holder knows of its task spares reading it, and hides nothing that others did since', async () => {
  await create();
  const claimed = await claim('mine');
  if (claimed.kind !== 'committed') throw new Error('not claimed');
  const reads = async () => Number(/cmdstat_hgetall:calls=(\d+)/.exec(await at.redis.info('commandstats'))?.[1] ?? 0);
  const before = await reads();
  const as = owner('mine');
  const planned = event('plan.updated');
  const first = await store.commit('a7f3', { as, events: [planned], known: claimed });
  expect(first).toMatchObject({ kind: 'committed', task: { plan: planned.steps } });
  expect(await reads()).toBe(before);
  if (first.kind !== 'committed') throw new Error('not committed');

  await store.commit('a7f3', { as: OUTSIDER, events: [event('pause.requested')] });
  const second = await store.commit('a7f3', { as, events: [planned], known: first });
  expect(second).toMatchObject({ kind: 'committed', task: { pauseRequested: true } });
  // What no longer applied to what was known, but does to what the task has become.
  await store.commit('a7f3', { as: OUTSIDER, events: [event('task.resumed')] });
  const intended = event('command.intended', { confirmationId: null });
  expect(await store.commit('a7f3', { as, events: [intended], known: second as typeof first })).toMatchObject({ kind: 'committed' });
});

test('a change tried again under its id is made once, also when somebody else wrote in between', async () => {
  await create();
  await claim('first');
  const replied = event('turn.replied', { turn: 1 });
  const change = { as: owner('first'), id: 'once', events: [replied], records: [{ kind: 'note', turn: 1, text: 'hello' } as const] };
  const first = await store.commit('a7f3', change);
  await store.commit('a7f3', { as: OUTSIDER, events: [event('verbosity.changed', { verbose: false })] });
  expect(await store.commit('a7f3', change)).toMatchObject({ kind: 'committed', task: { verbose: false, turns: 1 } });
  expect((await store.events('a7f3')).filter((logged) => logged.event.type === 'turn.replied')).toHaveLength(1);
  expect(await store.transcript('a7f3')).toHaveLength(1);
  expect(first).toMatchObject({ kind: 'committed', seq: 3 });
});

test('an end tried again under its id is the end it was, and one who lost the claim meanwhile hears that', async () => {
  await create();
  await claim('first');
  const end = { as: owner('first'), id: 'end', events: [event('task.finished')] };
  await store.commit('a7f3', end);
  expect(await store.commit('a7f3', end)).toMatchObject({ kind: 'committed', task: { state: 'finished' } });

  await create('c2c2');
  await claim('first', { id: 'c2c2' });
  const note = { as: owner('first'), id: 'note', events: [event('turn.replied', { turn: 1 })] };
  await store.commit('c2c2', note);
  await lapse('c2c2');
  await claim('second', { id: 'c2c2', attempt: 2, afterCrash: true });
  expect(await store.commit('c2c2', note)).toEqual({ kind: 'fenced' });
});

test('a holder known to be dead is displaced at once, and nobody but the one that was meant', async () => {
  await create();
  await claim('n1');
  expect(await store.readHeld('a7f3')).toMatchObject({ nonce: 'n1', task: { attempt: 1 } });
  expect(await store.held('')).toEqual(['a7f3']);
  expect(await claim('n2', { attempt: 2, displaces: 'n0' })).toEqual({ kind: 'held' });
  expect(await claim('n2', { attempt: 2, displaces: 'n1' })).toMatchObject({ kind: 'committed', task: { attempt: 2 } });
  expect(await claim('n3', { attempt: 3, displaces: 'n1' })).toEqual({ kind: 'held' });
  expect(await store.renew('a7f3', 'n1', SPENT)).toBe(false);
});

test('what was spent so far is kept with every sign of life, and never counts backwards', async () => {
  await create();
  await claim('n1');
  await store.renew('a7f3', 'n1', { workedMs: 5_000, outageMs: 2_000 });
  expect(await store.read('a7f3')).toMatchObject({ workedMs: 5_000, outageMs: 2_000 });
  await store.commit('a7f3', { as: owner('n1'), events: [{ ...event('notice.given'), workedMs: 4_000, outageMs: 1_000 }] });
  expect(await store.read('a7f3')).toMatchObject({ workedMs: 5_000, outageMs: 2_000 });
});

test('an owner nobody has replaced still owns, though its lease lapsed', async () => {
  await create();
  await claim('n1');
  await lapse();
  expect(await store.commit('a7f3', { as: owner('n1'), events: [event('notice.given')] })).toMatchObject({ kind: 'committed' });
  expect(await claim('n2', { attempt: 2 })).toEqual({ kind: 'held' });
});

test('the lease lasts as long as a lease does, by the clock of Redis, and every sign of life renews it', async () => {
  const lease = async () => Number(await at.redis.hGet(keys.task('a7f3'), 'lease'));
  const now = async () => {
    const [seconds, microseconds] = await at.redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  };
  await create();
  const signs = [
    () => claim('n1'),
    () => store.renew('a7f3', 'n1', SPENT),
    () => store.commit('a7f3', { as: owner('n1'), events: [event('notice.given')] }),
  ];
  for (const sign of signs) {
    const before = await now();
    await sign();
    expect(await lease()).toBeGreaterThanOrEqual(before + 30_000);
    expect(await lease()).toBeLessThanOrEqual((await now()) + 30_000);
    await lapse();
  }
  await store.commit('a7f3', { as: OUTSIDER, events: [event('cancel.requested')] });
  expect(await lease()).toBe(1);
});

test('a claim given up can be taken at once, and its nonce opens nothing any more', async () => {
  await create();
  await claim('n1');
  await store.commit('a7f3', { as: owner('n1'), events: [event('task.released')], release: true });
  expect((await store.line('')).free).toEqual(['a7f3']);
  expect(await store.commit('a7f3', { as: owner('n1'), events: [event('notice.given')] })).toEqual({ kind: 'fenced' });
  expect(await claim('n2', { attempt: 2 })).toMatchObject({ kind: 'committed', task: { attempt: 2, crashes: 0 } });
});

test('one task at a time works in a project; the next is told which it is behind', async () => {
  const project = '/home/me/shared';
  await create('a7f3', { project });
  await create('c2c2', { project });
  await create('f4f4', { project: '/home/me/other' });
  await claim('n1');
  expect(await claim('n2', { id: 'c2c2' })).toEqual({ kind: 'behind', id: 'a7f3' });
  expect(await claim('n3', { id: 'f4f4' })).toMatchObject({ kind: 'committed' });

  await store.commit('a7f3', { as: owner('n1'), events: [event('task.released')], release: true });
  expect(await claim('n2', { id: 'c2c2' })).toEqual({ kind: 'behind', id: 'a7f3' });
  await store.commit('a7f3', { as: OUTSIDER, events: [event('task.cancelled')] });
  expect(await claim('n2', { id: 'c2c2' })).toMatchObject({ kind: 'committed' });
});

test('the end of a task that never worked frees nobody else’s project', async () => {
  const project = '/home/me/shared';
  await create('a7f3', { project });
  await create('c2c2', { project });
  await claim('n1');
  await store.commit('c2c2', { as: OUTSIDER, events: [event('task.cancelled')] });
  await create('f4f4', { project });
  expect(await claim('n3', { id: 'f4f4' })).toEqual({ kind: 'behind', id: 'a7f3' });
});

test('the line names what may be claimed in a pool, oldest first: queued, let go, or lapsed', async () => {
  for (const [age, id] of ['held', 'lapsed', 'free', 'done', 'paused'].entries()) await create(id, {}, 1_000 + age);
  await create('elsewhere', { pool: 'gpu' });
  for (const id of ['held', 'lapsed', 'done']) await claim('n1', { id });
  await lapse('lapsed');
  await store.commit('done', { as: owner('n1'), events: [event('task.finished')] });
  await at.redis.hSet(keys.task('paused'), 'status', 'paused');
  expect((await store.line('')).free).toEqual(['lapsed', 'free']);
  expect((await store.line('gpu')).free).toEqual(['elsewhere']);
  expect(await store.held('')).toEqual(['held']);
});

test('the transcript grows with the change it belongs to, in order', async () => {
  await create();
  await claim('n1');
  const reply: TranscriptRecord = {
    kind: 'reply',
    turn: 1,
    content: [{ type: 'tool_use', id: 'call_1', input: {} }],
    stopReason: 'tool_use',
  };
  const intent: TranscriptRecord = { kind: 'intent', turn: 1, callId: 'call_1', tool: 'bash', effect: 'command' };
  const result: TranscriptRecord = { kind: 'result', turn: 1, callId: 'call_1', text: 'ok', isError: false };
  await store.commit('a7f3', { as: owner('n1'), events: [event('turn.replied')], records: [reply, intent] });
  await store.commit('a7f3', { as: owner('n1'), events: [], records: [result] });
  expect(await store.transcript('a7f3')).toEqual([reply, intent, result]);
  expect(await store.events('a7f3')).toHaveLength(3);
});

test('a long transcript is shortened by who holds the claim: what is cleared stays in its place, the rest whole; a short one stays whole', async () => {
  await create();
  await claim('n1');
  const result = (callId: string, text: string): TranscriptRecord => ({ kind: 'result', turn: 1, callId, text, isError: false });
  const add = (...records: TranscriptRecord[]) => store.commit('a7f3', { as: owner('n1'), events: [], records });
  const long = 'x'.repeat(2_000_000);
  const cleared: TranscriptRecord = { kind: 'cleared', turn: 1, upTo: 2 };
  await add(result('a', long), result('b', long), cleared);
  await store.shortenTranscript('a7f3', 'n1');
  expect(await store.transcript('a7f3')).toEqual([result('a', long), result('b', long), cleared]);
  await add(result('c', long));
  await store.shortenTranscript('a7f3', 'somebody else');
  expect(await store.transcript('a7f3')).toHaveLength(4);
  expect((await store.transcript('a7f3'))[0]).toEqual(result('a', long));
  await store.shortenTranscript('a7f3', 'n1');
  expect(await store.transcript('a7f3')).toEqual([
    result('a', clearedText(long)),
    result('b', clearedText(long)),
    cleared,
    result('c', long),
  ]);
});

test('what the model said is read back with its fields in the order they came in', async () => {
  await create();
  await claim('n1');
  const block = { later: { b: 1, a: [null, 'ä'] }, type: 'mystery', data: '\u2028' };
  await store.commit('a7f3', {
    as: owner('n1'),
    events: [],
    records: [{ kind: 'reply', turn: 1, content: [block], stopReason: 'end_turn', tokens: 5 }],
  });
  const [reply] = await store.transcript('a7f3');
  expect(JSON.stringify(reply?.kind === 'reply' && reply.content)).toBe(JSON.stringify([block]));
  expect(reply).toMatchObject({ tokens: 5 });
});

test('a reader goes on where it stopped', async () => {
  await create();
  for (let n = 0; n < 5; n++) await store.commit('a7f3', { as: OUTSIDER, events: [event('notice.given')] });
  const page = async (after: number, limit?: number) => (await store.events('a7f3', after, limit)).map(({ seq }) => seq);
  expect(await page(0, 2)).toEqual([1, 2]);
  expect(await page(2, 3)).toEqual([3, 4, 5]);
  expect(await page(5)).toEqual([6]);
  expect(await page(6)).toEqual([]);
});

test('lists are newest first: all, of a state, a session, an owner', async () => {
  await create('old', { sessionId: 's1', owner: 'me' }, 1_000);
  await create('mid', { sessionId: 's2', owner: 'me' }, 2_000);
  await create('new', { sessionId: 's1', owner: 'you' }, 3_000);
  await claim('n1', { id: 'mid' });
  const ids = async (filter: Parameters<TaskStore['list']>[0]) => (await store.list(filter)).map(({ id }) => id);
  expect(await ids({})).toEqual(['new', 'mid', 'old']);
  expect(await ids({ limit: 1 })).toEqual(['new']);
  expect(await ids({ sessionId: 's1' })).toEqual(['new', 'old']);
  expect(await ids({ owner: 'me' })).toEqual(['mid', 'old']);
  expect(await ids({ state: 'queued' })).toEqual(['new', 'old']);
  expect(await ids({ state: 'started' })).toEqual(['mid']);
});

test('every index follows the task to its end', async () => {
  const indexed = async () => {
    const found = await Promise.all(
      STATES.map(async (state) => ((await at.redis.zScore(keys.byState(state), 'a7f3')) === null ? [] : [state])),
    );
    return found.flat();
  };
  await create();
  expect(await indexed()).toEqual(['queued']);
  await claim('n1');
  expect(await indexed()).toEqual(['started']);
  expect((await store.open({ limit: 10 })).tasks.map(({ id }) => id)).toEqual(['a7f3']);
  await store.commit('a7f3', { as: owner('n1'), events: [event('task.timed_out')] });
  expect(await indexed()).toEqual(['timeout']);
  expect(isSettled('timeout')).toBe(true);
  expect((await store.open({ limit: 10 })).tasks).toEqual([]);
  expect((await store.line('')).free).toEqual([]);
});

test('HGETALL shows the described metadata under its names', async () => {
  await create('a7f3', { goal: 'build a calculator', sessionId: 's1' });
  const shown = () => at.redis.hGetAll(keys.task('a7f3'));
  expect(await shown()).toMatchObject({
    progress: 'Waiting for a worker',
    phase: 'started',
    awaiting_confirmation: 'false',
    confirmation_command: '',
    goal: 'build a calculator',
    session_id: 's1',
    status: 'queued',
    task_id: 'a7f3',
    owner: 'me',
    seq: '1',
    v: '1',
  });
  await claim('n1');
  await store.commit('a7f3', {
    as: owner('n1'),
    events: [event('phase.entered', { phase: 'coding' }), event('confirmation.requested', { confirmation: confirmation() })],
  });
  expect(await shown()).toMatchObject({
    status: 'started',
    phase: 'coding',
    awaiting_confirmation: 'true',
    confirmation_command: 'rm old_backup.py',
    nonce: 'n1',
    seq: '4',
  });
  await store.commit('a7f3', { as: OUTSIDER, events: [event('confirmation.answered')] });
  expect(await shown()).toMatchObject({ awaiting_confirmation: 'false', confirmation_command: '' });
});

test('a task goes into Redis and comes back whole, with every property set', async () => {
  await create();
  await claim('n1');
  const full = [
    event('attempt.started'),
    event('plan.updated'),
    event('turn.replied', {}),
    event('claim.refuted'),
    event('confirmation.requested'),
    event('confirmation.answered'),
    event('question.asked', {}),
    event('cancel.requested'),
  ];
  const committed = await store.commit('a7f3', { as: owner('n1'), events: full });
  expect(committed).toMatchObject({ kind: 'committed', task: { worker: { ...WORKER, tree: [{ pid: 200, startTime: '2' }] } } });
  expect(await store.read('a7f3')).toEqual(committed.kind === 'committed' && committed.task);
  const ended = await store.commit('a7f3', { as: owner('n1'), events: [event('task.finished', { proof: PROOF })] });
  expect(await store.read('a7f3')).toEqual(ended.kind === 'committed' && ended.task);
});

test('a commit is told to the readers and marked as due for every channel that must miss nothing', async () => {
  await create();
  for (const channel of ['n8n', 'voice']) expect(await at.redis.zScore(keys.outbox(channel), 'a7f3')).not.toBeNull();
  // A channel that waits before it tries again is not hurried by news.
  await at.redis.zAdd(keys.outbox('n8n'), { score: 9e12, value: 'a7f3' });
  await store.commit('a7f3', { as: OUTSIDER, events: [event('notice.given')] });
  expect(await at.redis.zScore(keys.outbox('n8n'), 'a7f3')).toBe(9e12);
});

test('what a command prints live is kept for a while, and no event is made of it', async () => {
  await create();
  await store.appendOutput('a7f3', 'hello ');
  await store.appendOutput('a7f3', 'world\n');
  const chunks = await at.redis.xRange(keys.output('a7f3'), '-', '+');
  expect(chunks?.map(({ message }) => message.chunk)).toEqual(['hello ', 'world\n']);
  expect(await store.events('a7f3')).toHaveLength(1);
});

test('scripts survive a Redis that has forgotten them', async () => {
  await create();
  await at.redis.scriptFlush();
  expect(await claim('n1')).toMatchObject({ kind: 'committed' });
});

test('what all tasks cost on a day is counted with the replies, once however often a change is tried, and forgotten after it', async () => {
  const reply = (costMicros: number | null, at = event('turn.replied').at) => event('turn.replied', { costMicros }, at);
  const spent = (day: string) => store.spending(day);
  await create('a7f3');
  await create('c2c2');
  await claim('n', { id: 'a7f3' });
  await claim('m', { id: 'c2c2' });
  await store.commit('a7f3', { as: owner('n'), events: [reply(1_000), reply(null)], id: 'one' });
  await store.commit('a7f3', { as: owner('n'), events: [reply(1_000), reply(null)], id: 'one' });
  await Promise.all([1, 2, 3].map(() => store.commit('c2c2', { as: owner('m'), events: [reply(7)] })));
  await store.commit('c2c2', { as: owner('not mine'), events: [reply(50_000)] });
  await store.commit('c2c2', { as: owner('m'), events: [reply(9, Date.parse('2026-03-02T00:00:00.000Z'))] });
  expect(await spent('2026-03-01')).toEqual({ micros: 1_021, passed: 0 });
  expect(await spent('2026-03-02')).toEqual({ micros: 9, passed: 0 });
  await store.letPass('2026-03-02');
  expect(await spent('2026-03-02')).toEqual({ micros: 9, passed: 9 });
  for (const day of ['2026-03-01', '2026-03-02']) expect(await at.redis.pTTL(keys.spending(day))).toBeGreaterThan(86_400_000);
});
