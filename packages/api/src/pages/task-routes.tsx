// The page of one task: as it stands, with its latest steps; earlier ones, the bare record and the patch beside it.
import { plainText, type Redact, viewTask } from '@tars/core';
import type { Redis, TaskStore } from '@tars/core/redis';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiContext, ApiEnv } from '../api-env.js';
import { UNKNOWN_TASK } from '../refusal.js';
import { type Part, type PartName, partsOf } from './parts.js';
import { StepRow } from './row.js';
import { readSaid } from './said.js';
import { csrfOf } from './sessions.js';
import { answerPage, refusePage } from './shell.js';
import { NO_STORY, type Row, tell } from './story.js';
import type { Watched, Watching } from './watched.js';
import { counted } from './words.js';

/** So many rows a page holds at first; the rest is a link away. */
const SHOWN_ROWS = 200;
/** Without script the page comes anew this often, unless somebody may be typing into it. */
const RENEW_SECONDS = 8;

export type TaskPages = {
  store: TaskStore;
  redis: Redis;
  watching: Watching;
  redact: Redact;
  clock: () => number;
  door: MiddlewareHandler<ApiEnv>;
};

export function addTaskPages(app: Api, { store, redis, watching, redact, clock, door }: TaskPages): void {
  app.get('/tasks/:id', door, async (c) => {
    const watch = await watching.watch(c.req.param('id').toLowerCase());
    const seen = watch.seen();
    watch.leave();
    if (seen === null) return refusePage(c, UNKNOWN_TASK);
    const { task, story } = seen;
    const parts = partsOf(seen, { now: clock(), redact });
    const isAsking = task.confirmation !== null || task.question !== null;
    return answerPage(c, {
      title: `${isAsking ? 'Needs you · ' : ''}#${task.id} ${task.goal}`,
      data: { live: `/tasks/${task.id}/live`, seq: String(story.seq), now: String(clock()) },
      renewSeconds: isAsking || task.endedAt !== null ? undefined : RENEW_SECONDS,
      aside: <Connection />,
      children: <TaskPage seen={seen} parts={parts} csrf={csrfIn(c)} said={await readSaid(redis, c.req.query('said'))} redact={redact} />,
    });
  });

  app.get('/tasks/:id/steps', door, async (c) => {
    const task = await store.read(c.req.param('id').toLowerCase());
    if (task === null) return refusePage(c, UNKNOWN_TASK);
    const before = Number(/^\d{1,9}$/.exec(c.req.query('before') ?? '')?.[0] ?? 1);
    const from = Math.max(0, before - 1 - SHOWN_ROWS);
    const { rows } = tell(NO_STORY, await store.events(task.id, from, before - 1 - from), SHOWN_ROWS);
    return answerPage(c, {
      title: `Earlier steps · #${task.id}`,
      children: (
        <section class="card">
          <h1>Earlier steps of #{task.id}</h1>
          <p>
            <a href={`/tasks/${task.id}`}>{task.goal}</a>
          </p>
          <Steps rows={rows} since={task.createdAt} redact={redact} />
          <Earlier taskId={task.id} before={from + 1} />
        </section>
      ),
    });
  });

  app.get('/tasks/:id/task.json', door, async (c) => {
    const task = await store.read(c.req.param('id').toLowerCase());
    return task === null ? refusePage(c, UNKNOWN_TASK) : c.json(viewTask(task));
  });

  app.get('/tasks/:id/changes.diff', door, async (c) => {
    const id = c.req.param('id').toLowerCase();
    const [task, diff] = await Promise.all([store.read(id), store.diff(id)]);
    return task === null ? refusePage(c, UNKNOWN_TASK) : c.text(redact(diff?.patch ?? ''));
  });
}

export const csrfIn = (c: ApiContext): string => (c.env.visit === undefined ? '' : csrfOf(c.env.visit.id));

const Connection = () => (
  <p id="connection" class="connection needs-script" data-state="opening">
    <span class="light" aria-hidden="true" />
    <span id="connection-word">connecting</span>
  </p>
);

type PageView = { seen: Watched; parts: readonly Part[]; csrf: string; said: string | null; redact: Redact };

function TaskPage({ seen: { task, story, output }, parts, csrf, said, redact }: PageView) {
  const rows = story.rows.slice(-SHOWN_ROWS);
  const Slot = ({ name, label, kind = 'section' }: { name: PartName; label?: string; kind?: string }) => {
    const part = parts.find((one) => one.name === name);
    const inner = { dangerouslySetInnerHTML: { __html: part?.htmlFor(csrf) ?? '' } };
    return <section id={`part-${name}`} class={kind} data-mark={part?.mark} aria-label={label} {...inner} />;
  };
  return (
    <>
      <p id="said" class="answered" role="status">
        {said}
      </p>
      <Slot name="ask" kind="asking" label="Waits for you" />
      <Slot name="head" kind="head" label="The task" />
      <p id="phase" class="phase" aria-live="polite" data-phase={task.phase}>
        {task.phase}
      </p>
      <Slot name="ending" kind="card" label="Summary" />
      <Slot name="proof" kind="card" label="Proof" />
      <div class="columns">
        <div class="narrow">
          <Slot name="deeds" kind="card" label="What you can do" />
          <Slot name="phases" kind="card" label="Phases" />
          <Slot name="plan" kind="card" label="Plan" />
          <section class="card" aria-label="Terminal">
            <div class="row">
              <h2>Terminal</h2>
              <label class="needs-script follow">
                <input type="checkbox" id="follow" checked /> follow
              </label>
            </div>
            <pre id="terminal" class="output" tabindex={0}>
              {redact(plainText(output.tail))}
            </pre>
          </section>
          <Slot name="changes" kind="card" label="Files changed" />
          <p class="quiet">
            <a href={`/tasks/${task.id}/task.json`}>The task as JSON</a>
          </p>
        </div>
        <div class="wide">
          <section class="card" aria-label="Steps">
            <div class="row">
              <h2>Steps</h2>
              <p class="quiet">newest first</p>
            </div>
            <Steps rows={rows} since={task.createdAt} redact={redact} />
            <Earlier taskId={task.id} before={rows[0]?.opened.seq ?? 1} />
          </section>
        </div>
      </div>
    </>
  );
}

function Steps({ rows, since, redact }: { rows: readonly Row[]; since: number; redact: Redact }) {
  return (
    <ol id="steps" class="steps" reversed>
      {[...rows].reverse().map((row) => (
        <StepRow row={row} since={since} redact={redact} />
      ))}
    </ol>
  );
}

function Earlier({ taskId, before }: { taskId: string; before: number }) {
  if (before <= 1) return null;
  return (
    <p>
      <a href={`/tasks/${taskId}/steps?before=${before}`}>Earlier steps ({counted(before - 1, 'event')})</a>
    </p>
  );
}
