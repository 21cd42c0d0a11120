// The top of a task's page: what it is, how it stands, what it has used.
import { costCap, percentDone, type Task } from '@tars/core';
import { clock, cost, isTicking, money, standing } from '../words.js';

export function Head({ task }: { task: Task }) {
  const { word, tone } = standing(task);
  const percent = percentDone(task);
  return (
    <>
      <p class="over">
        <span class={`chip ${tone}`}>{word}</span>
        <span class="id">#{task.id}</span>
        {task.owner !== 'owner' && <span class="id">{task.owner}</span>}
      </p>
      <h1>{task.goal}</h1>
      <p class="quiet path">
        {task.project}
        {task.isolate && (task.repository === null ? ' (in a worktree of its own)' : ' (in a clone of its own)')}
      </p>
      <dl class="facts">
        <div>
          <dt>Time</dt>
          <dd>
            <span data-ticks={isTicking(task) ? String(task.workedMs) : undefined} data-limit={String(task.limits.workMs)}>
              {clock(task.workedMs)}
            </span>{' '}
            <small>of {clock(task.limits.workMs)}</small>
            <progress
              class="time"
              value={String(Math.min(task.workedMs, task.limits.workMs))}
              max={String(task.limits.workMs)}
              aria-label="Time used"
            />
          </dd>
        </div>
        <div>
          <dt>Turns</dt>
          <dd>
            {task.turns} <small>of {task.limits.turns}</small>
            <progress value={String(Math.min(task.turns, task.limits.turns))} max={String(task.limits.turns)} aria-label="Turns used" />
          </dd>
        </div>
        <div>
          <dt>Plan</dt>
          <dd>
            {percent === null ? <small>none yet</small> : `${percent}%`}
            <progress value={String(percent ?? 0)} max="100" aria-label="Plan done" />
          </dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>
            {cost(task)}
            {task.costMicros !== null && <small> of {money(costCap(task))}</small>}
          </dd>
        </div>
        <div>
          <dt>Model</dt>
          <dd>{task.model ?? <small>none yet</small>}</dd>
        </div>
        <div>
          <dt>Sandbox</dt>
          <dd>{task.sandbox ?? <small>none yet</small>}</dd>
        </div>
        {(task.attempt > 1 || task.crashes > 0) && (
          <div>
            <dt>Attempts</dt>
            <dd>
              {task.attempt} <small>{task.crashes > 0 ? `${task.crashes} crashed` : ''}</small>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
