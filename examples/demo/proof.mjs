// What the product itself ran and saw at the end, and whether the story went as it should.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { line, proof } from './screen.mjs';

/**
 * @param {import('tars-bridge').TaskView | undefined} task
 * @param {import('./world.mjs').World} world
 * @param {boolean} isAllowed whether the user let the old backup be removed
 * @returns {number} the exit code
 */
export function printProof(task, world, isAllowed) {
  line('');
  if (task?.proof == null) {
    proof(`None: the task ended as ${task?.status ?? 'unknown'}. ${task?.failure?.message ?? ''}`);
    return 1;
  }
  const { verdict, sentence, checks, diff } = task.proof;
  proof(`${verdict}: ${sentence}`);
  for (const { command, exit_code, passed, failed, duration_ms } of checks) {
    proof(
      `  ${command}: exit code ${exit_code}, ${passed ?? '?'} passed, ${failed ?? '?'} failed, ${duration_ms} ms (run by the worker, not by the model)`,
    );
  }
  proof(`  ${diff.files} files, +${diff.insertions} -${diff.deletions}: ${task.files_changed.join(', ')}`);
  const cost = task.cost_usd === null ? '' : `, $${task.cost_usd.toFixed(4)}${world.isOwnGoal ? '' : ' (had Claude been real)'}`;
  proof(`  ${task.turns} turns, ${task.worked_seconds} s of work${cost}, commands run in: ${task.sandbox ?? 'nothing'}`);
  if (world.isOwnGoal) return task.status === 'finished' ? 0 : 1;

  const wrong = [
    ...world.complaints(),
    ...(task.status === 'finished' ? [] : [`The task ended as ${task.status}.`]),
    ...(verdict === 'VERIFIED' ? [] : ['The tests were not verified.']),
    ...(existsSync(join(world.project, 'old_backup.js')) === isAllowed ? [`old_backup.js is ${isAllowed ? 'still there' : 'gone'}.`] : []),
  ];
  for (const complaint of wrong) line(`The story went wrong: ${complaint}`);
  return wrong.length === 0 ? 0 : 1;
}
