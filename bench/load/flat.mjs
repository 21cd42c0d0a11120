// Whether what is asked takes longer the more tasks there are: houses with 100, 1,000 and 10,000 of them side by side, asked by turns.
import { execFileSync } from 'node:child_process';
import { createTarsBridge } from '../../apps/tars-bridge/dist/index.js';
import { announce } from '../../packages/core/dist/redis/index.js';
import { cancel, inHeaps, median, openHouse, quantile, timedMs } from './house.mjs';

const COUNTS = [100, 1_000, 10_000];
const MOST_GROWTH = 1.3;
/** Open beside those that have ended. */
const OPEN = 50;
const WORKING = 20;
const COMMAND_ROUNDS = 7;
/** A question is put so often in a row. */
const TIMES = 3;

async function furnished(count, kind) {
  const house = await openHouse(`${kind}-${count}`);
  const ended = kind === 'ended' ? count - OPEN : 0;
  const ids = [];
  await inHeaps(count, async (number) => {
    ids[number] = await house.accept(number, { end: number < ended });
  });
  for (const id of ids.slice(ended, ended + WORKING)) await house.claim(id);
  const { child, said } = await house.start('api', { LOG_FORMAT: 'json', LOG_LEVEL: 'info' }, /Listening on (http:\/\/127\.0\.0\.1:\d+)/);
  const bridge = await createTarsBridge({ env: { ...house.env(), LOG_LEVEL: 'error' } });
  return { count, house, bridge, child, url: said[1], id: ids[Math.floor(count / 2)], starts: 0 };
}

/** Nobody is always the first to be asked, with whatever the question before has left to do. */
const inTurn = (places, round) => places.map((_, index) => places[(index + round + places.length) % places.length]);

const SESSION = { sessionId: 'bench' };
const get = (path) => async (place) => {
  const response = await fetch(`${place.url}${typeof path === 'string' ? path : path(place)}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
};
const said = (answer) => {
  if (!answer.ok) throw new Error(answer.text);
  return answer;
};

const QUESTIONS = {
  'GET /api/tasks/:id': get(({ id }) => `/api/tasks/${id}`),
  'GET /api/tasks': get('/api/tasks'),
  'GET /api/tasks?state=queued': get('/api/tasks?state=queued'),
  'the list page': get('/'),
  'GET /metrics': get('/metrics'),
  check_coding_progress: async ({ bridge }) => said(await bridge.call('check_coding_progress', {}, SESSION)),
  'check_coding_progress of one': async ({ bridge, id }) => said(await bridge.call('check_coding_progress', { task_id: id }, SESSION)),
  list_coding_tasks: async ({ bridge }) => said(await bridge.call('list_coding_tasks', {}, SESSION)),
  'hear, nothing waits for a code': async ({ bridge }) => bridge.hear('how is the weather', SESSION),
};

async function start(place) {
  const goal = `Start number ${++place.starts}`;
  const { task } = said(await place.bridge.call('start_autonomous_coding', { goal, project_path: 'started' }, SESSION));
  return task.task_id;
}

export async function flat(kind, rounds) {
  const places = [];
  for (const count of COUNTS) places.push(await furnished(count, kind));
  const times = new Map();
  const note = (what, { count }, ms) => times.set(`${what}|${count}`, [...(times.get(`${what}|${count}`) ?? []), ms]);
  try {
    const present = { id: 'w', host: 'bench', pool: '', slots: 50, busy: 50, sandbox: 'none', key: true, model: 'm' };
    for (let round = -3; round < rounds; round++) {
      for (const place of places) await announce(place.house.redis, 'worker', { ...present, roots: [place.house.projects] });
      for (const [what, ask] of Object.entries(QUESTIONS)) {
        for (const place of inTurn(places, round)) {
          for (let time = 0; time < TIMES; time++) {
            const ms = await timedMs(() => ask(place));
            if (round >= 0) note(what, place, ms);
          }
        }
      }
      for (const place of inTurn(places, round)) {
        let id = '';
        const ms = await timedMs(async () => {
          id = await start(place);
        });
        if (round >= 0) note('start_autonomous_coding', place, ms);
        // So that there are as many open ones in every round.
        await cancel(place.house.store, id);
      }
    }
    for (let round = 0; round < COMMAND_ROUNDS; round++) {
      for (const place of places) {
        const run = () => execFileSync(process.execPath, [place.house.bin('tars'), 'list'], { env: place.house.env(), stdio: 'pipe' });
        note('tars list, the whole process', place, await timedMs(run));
      }
    }
  } finally {
    for (const { bridge, house } of places) {
      await bridge.close();
      await house.close();
    }
  }
  const whats = [...new Set([...times.keys()].map((key) => key.split('|')[0]))];
  console.log(`\n${kind === 'ended' ? `ended, beside ${OPEN} open ones` : 'open'}: p50 (p95) in ms of ${rounds} rounds`);
  console.log(`| | ${COUNTS.map((count) => `${count} tasks`).join(' | ')} | × |\n|---|${COUNTS.map(() => '---').join('|')}|---|`);
  const missed = [];
  for (const what of whats) {
    const of = COUNTS.map((count) => times.get(`${what}|${count}`));
    const growth = median(of.at(-1)) / median(of[0]);
    if (growth > MOST_GROWTH) missed.push(`${what} (${kind}) ${growth.toFixed(2)} ×`);
    console.log(
      `| ${what} | ${of.map((all) => `${median(all).toFixed(1)} (${quantile(all, 0.95).toFixed(1)})`).join(' | ')} | ${growth.toFixed(2)} |`,
    );
  }
  return missed;
}
