// From here on this process is known as the runner of one attempt: by its name, and what it starts by what it inherits.
import type { Task } from '@tars/core';
import { ATTEMPT_MARK, RUNNER_MARK, SINCE_MARK } from '../shell/process-tree.js';
import { runnerTitle } from '../shell/runner-title.js';

export function takeName({ id, createdAt, attempt }: Pick<Task, 'id' | 'createdAt' | 'attempt'>): void {
  process.title = runnerTitle({ taskId: id, since: createdAt, attempt });
  Object.assign(process.env, runnerMarks({ id, createdAt, attempt }));
}

const runnerMarks = ({ id, createdAt, attempt }: Pick<Task, 'id' | 'createdAt' | 'attempt'>) => ({
  [RUNNER_MARK]: id,
  [SINCE_MARK]: String(createdAt),
  [ATTEMPT_MARK]: String(attempt),
});
