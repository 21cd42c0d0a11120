// All tasks at a glance: what needs somebody, what runs, what waits and behind how many, and who works.
import { STATES, type State, type Task } from '@tars/core';
import { alive, type Redis, type TaskStore, type WorkerPresence } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../api-env.js';
import { answerPage, SignOut } from './shell.js';
import { ago, clock, cost, counted, isTicking, standing } from './words.js';

const SHOWN = 50;
const MOST = 1_000;
const RENEW_SECONDS = 10;

export type ListPage = { store: TaskStore; redis: Redis; clock: () => number; door: MiddlewareHandler<ApiEnv> };

export function addListPage(app: Api, { store, redis, clock: now, door }: ListPage): void {
  app.get('/', door, async (c) => {
    const said = c.req.query('state');
    const state = STATES.find((known) => known === said);
    const limit = Math.min(MOST, Math.max(SHOWN, Number(/^\d{1,4}$/.exec(c.req.query('show') ?? '')?.[0] ?? SHOWN)));
    const [tasks, open, workers] = await Promise.all([
      store.list({ limit: limit + 1, ...(state === undefined ? {} : { state }) }),
      store.unsettled(),
      alive(redis, 'worker'),
    ]);
    const places = await placesOf(store, open);
    const { visit } = c.env;
    return answerPage(c, {
      title: 'Background tasks · TARS',
      data: { list: '' },
      renewSeconds: RENEW_SECONDS,
      aside: visit !== undefined && visit.holder !== null ? <SignOut id={visit.id} /> : undefined,
      children: <List view={{ tasks, open, workers, places, state, limit, now: now() }} />,
    });
  });
}

type View = {
  tasks: readonly Task[];
  open: readonly Task[];
  workers: readonly WorkerPresence[];
  places: ReadonlyMap<string, number>;
  state: State | undefined;
  limit: number;
  now: number;
};

/** For each that is queued: how many of its pool come before it. */
async function placesOf(store: TaskStore, open: readonly Task[]): Promise<Map<string, number>> {
  const queued = open.filter((task) => task.state === 'queued');
  const pools = [...new Set(queued.map(({ pool }) => pool))];
  const lines = new Map(await Promise.all(pools.map(async (pool) => [pool, await store.unheld(pool)] as const)));
  return new Map(queued.map(({ id, pool }) => [id, lines.get(pool)?.indexOf(id) ?? -1]));
}

function List({ view: { tasks, open, workers, places, state, limit, now } }: { view: View }) {
  const waiting = open.filter((task) => task.confirmation !== null || task.question !== null);
  const running = open.filter(isTicking);
  const queued = open.filter((task) => task.state === 'queued');
  return (
    <>
      <h1 class="unseen">Background tasks</h1>
      <dl class="counts-line" id="counts">
        <Count name="need you" count={waiting.length} tone={waiting.length > 0 ? 'asks' : ''} />
        <Count name="running" count={running.length} />
        <Count name="queued" count={queued.length} />
        <Count
          name={workers.length === 1 ? 'worker alive' : 'workers alive'}
          count={workers.length}
          tone={workers.length === 0 ? 'bad' : ''}
        />
      </dl>
      <nav class="filter" aria-label="Which tasks">
        <Filter name="all" href="/" isHere={state === undefined} />
        {STATES.map((known) => (
          <Filter name={known} href={`/?state=${known}`} isHere={state === known} />
        ))}
      </nav>
      {tasks.length === 0 ? (
        <p class="card alone">
          {state === undefined ? 'No tasks yet. Begin one by voice, or with ' : `No task is ${state}.`}
          {state === undefined && <code>tars start "…" --project DIR</code>}
        </p>
      ) : (
        <ol class="tasks" id="tasks">
          {tasks.slice(0, limit).map((task) => (
            <Item task={task} place={places.get(task.id)} now={now} />
          ))}
        </ol>
      )}
      {tasks.length > limit && limit < MOST && (
        <p>
          <a href={`/?${state === undefined ? '' : `state=${state}&`}show=${Math.min(MOST, limit * 2)}`}>Show more</a>
        </p>
      )}
      <Workers workers={workers} />
    </>
  );
}

function Count({ name, count, tone = '' }: { name: string; count: number; tone?: string }) {
  return (
    <div class={tone}>
      <dt>{name}</dt>
      <dd>{count}</dd>
    </div>
  );
}

const Filter = ({ name, href, isHere }: { name: string; href: string; isHere: boolean }) => (
  <a href={href} aria-current={isHere ? 'page' : undefined}>
    {name}
  </a>
);

function Item({ task, place, now }: { task: Task; place: number | undefined; now: number }) {
  const { word, tone } = standing(task);
  const facts = [
    ...(place === undefined ? [] : [place <= 0 ? 'next in line' : `${counted(place, 'task')} before it`]),
    ...(task.state === 'started' ? [task.phase] : []),
    ...(task.turns === 0 ? [] : [`turn ${task.turns} of ${task.limits.turns}`]),
    ...(task.workedMs === 0 ? [] : [clock(task.workedMs)]),
    ...(task.turns === 0 ? [] : [cost(task)]),
    ...(task.pool === '' ? [] : [`pool ${task.pool}`]),
    ago(task.createdAt, now),
  ];
  return (
    <li class={`task ${tone}`}>
      <a href={`/tasks/${task.id}`}>
        <span class="over">
          <span class={`chip ${tone}`}>{word}</span>
          <span class="id">#{task.id}</span>
        </span>
        <span class="goal">{task.goal}</span>
        <span class="quiet path">{task.project}</span>
        <span class="quiet">{facts.join(' · ')}</span>
      </a>
    </li>
  );
}

function Workers({ workers }: { workers: readonly WorkerPresence[] }) {
  if (workers.length === 0) return <p class="card wrong">No worker is alive: queued tasks wait. Start one with tars up or tars worker.</p>;
  return (
    <section class="card" aria-label="Workers">
      <h2>Workers</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Pool</th>
            <th scope="col">Busy</th>
            <th scope="col">Model</th>
            <th scope="col">Sandbox</th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ pool, busy, slots, model, sandbox }) => (
            <tr>
              <td>{pool === '' ? 'default' : pool}</td>
              <td>
                {busy} of {slots}
              </td>
              <td>{model}</td>
              <td>{sandbox}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
