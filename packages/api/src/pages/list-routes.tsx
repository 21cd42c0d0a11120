// All tasks at a glance: what needs somebody, what runs, what waits and behind how many, and who works.
import { STATES, type State, type Task } from '@tars/core';
import { alive, type Counts, type Redis, type TaskStore, type WorkerPresence } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../api-env.js';
import { answerPage, SignOut } from './shell.js';
import { ago, clock, cost, counted, standing } from './words.js';

const SHOWN = 50;
const MOST = 1_000;
const RENEW_SECONDS = 10;
const NONE = { tasks: [], more: 0 };

export type ListPage = { store: TaskStore; redis: Redis; clock: () => number; door: MiddlewareHandler<ApiEnv> };

export function addListPage(app: Api, { store, redis, clock: now, door }: ListPage): void {
  app.get('/', door, async (c) => {
    const said = c.req.query('state');
    const state = STATES.find((known) => known === said);
    const limit = Math.min(MOST, Math.max(SHOWN, Number(/^\d{1,4}$/.exec(c.req.query('show') ?? '')?.[0] ?? SHOWN)));
    const before = c.req.query('before')?.toLowerCase();
    const filter = { limit, ...(state === undefined ? {} : { state }) };
    const [page, counts, workers] = await Promise.all([store.page({ ...filter, before }), store.counts(), alive(redis, 'worker')]);
    // A task that is forgotten by now begins no page: then the newest are shown.
    const { tasks, more } = page ?? (await store.page(filter)) ?? NONE;
    const places = await placesOf(store, tasks);
    const { visit } = c.env;
    return answerPage(c, {
      title: 'Background tasks · TARS',
      data: { list: '' },
      renewSeconds: RENEW_SECONDS,
      aside: visit !== undefined && visit.holder !== null ? <SignOut id={visit.id} /> : undefined,
      children: <List view={{ tasks, more, counts, workers, places, state, isFirst: page === null || before === undefined, now: now() }} />,
    });
  });
}

type View = {
  tasks: readonly Task[];
  /** How many older ones there are. */
  more: number;
  counts: Counts;
  workers: readonly WorkerPresence[];
  places: ReadonlyMap<string, number>;
  state: State | undefined;
  isFirst: boolean;
  now: number;
};

/** For each that is queued: how many of its pool come before it. */
async function placesOf(store: TaskStore, tasks: readonly Task[]): Promise<Map<string, number>> {
  const queued = tasks.filter((task) => task.state === 'queued');
  const pools = [...new Set(queued.map(({ pool }) => pool))];
  const idsOf = (pool: string) => queued.filter((task) => task.pool === pool).map(({ id }) => id);
  const places = await Promise.all(pools.map((pool) => store.placesIn(pool, idsOf(pool))));
  return new Map(places.flatMap((inPool) => [...inPool]));
}

function List({ view: { tasks, more, counts, workers, places, state, isFirst, now } }: { view: View }) {
  const { asking, started, waiting, queued } = counts;
  return (
    <>
      <h1 class="unseen">Background tasks</h1>
      <dl class="counts-line" id="counts">
        <Count name="need you" count={asking} tone={asking > 0 ? 'asks' : ''} />
        <Count name="running" count={started - waiting} />
        <Count name="queued" count={queued} />
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
          {tasks.map((task) => (
            <Item task={task} place={places.get(task.id)} now={now} />
          ))}
        </ol>
      )}
      <Pages state={state} isFirst={isFirst} more={more} last={tasks.at(-1)} />
      <Workers workers={workers} />
    </>
  );
}

/** `last`: those older than it are on the next page. */
function Pages({ state, isFirst, more, last }: Pick<View, 'state' | 'isFirst' | 'more'> & { last: Task | undefined }) {
  if (isFirst && (more === 0 || last === undefined)) return null;
  const query = new URLSearchParams(state === undefined ? {} : { state });
  const newest = `/?${query}`;
  if (last !== undefined) query.set('before', last.id);
  return (
    <nav class="filter" aria-label="Further tasks">
      {!isFirst && <a href={newest}>newest</a>}
      {more > 0 && <a href={`/?${query}`}>{`${more} older`}</a>}
    </nav>
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
