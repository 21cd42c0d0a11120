// The agent's plan, step by step.
import { agentWords, type Task } from '@tars/core';

const SIGNS = { done: '✓', active: '▸', pending: '·' } as const;

export function Plan({ task }: { task: Task }) {
  if (task.plan.length === 0) return null;
  return (
    <>
      <h2>Plan</h2>
      <ol class="plan">
        {task.plan.map(({ title, status }) => (
          <li class={status}>
            <span class="sign" aria-hidden="true">
              {SIGNS[status]}
            </span>
            <span>
              {agentWords(title)}
              <span class="unseen"> ({status})</span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
