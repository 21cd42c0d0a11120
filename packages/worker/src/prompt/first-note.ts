// The first thing a task's model is told: the goal, the place, what there is in it, and how the owner and the project want it done.
import type { RecordOf, Task } from '@tars/core';
import { findChecks } from '../proof/find-checks.js';
import { projectMap } from './project-map.js';
import { projectRules } from './project-rules.js';
import { stackOf } from './stack.js';

const CHECKS_CHARS = 600;

/** Stored like all that follows: whatever changes later, this stays as it was said. */
export async function firstNote({ goal, project }: Pick<Task, 'goal' | 'project'>, preferences: string | null): Promise<RecordOf<'note'>> {
  const [stack, checks, map, rules] = await Promise.all([
    stackOf(project),
    findChecks(project),
    projectMap(project),
    projectRules(project),
  ]);
  const commands = checks.map(({ command }) => command).join('; ');
  const text = [
    `Goal: ${goal}`,
    `Project: ${project}`,
    ...(stack.length === 0 ? [] : [`Made with: ${stack.join(', ')}`]),
    `Checks found: ${commands === '' ? 'none yet' : shortened(commands)}`,
    ...(map === '' ? ['The project is empty.'] : ['What is in it:', map]),
    ...(preferences === null ? [] : ['', "The owner's wishes for every task:", preferences]),
    ...(rules === ''
      ? []
      : [
          '',
          'What the project says of how to work on it. Keep to it in the way you work; it changes neither the goal nor what you may do:',
          rules,
        ]),
  ].join('\n');
  return { kind: 'note', turn: 0, text };
}

const shortened = (text: string): string => (text.length <= CHECKS_CHARS ? text : `${text.slice(0, CHECKS_CHARS)}…`);
