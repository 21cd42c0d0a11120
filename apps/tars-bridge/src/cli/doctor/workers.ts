// Is there a worker, and can it work?
import type { WorkerPresence } from '@tars/core/redis';
import { about, type Finding } from './finding.js';

const { ok, note, problem } = about('worker');

export function checkWorkers(workers: readonly WorkerPresence[]): Finding[] {
  if (workers.length === 0)
    return [problem('No worker is alive: tasks would wait.', 'Run `tars up`, or `tars worker` on the machine that has the projects.')];
  return workers.flatMap(({ host, pool, busy, slots, key, sandbox, model }) => {
    const name = `The worker on ${host}${pool === '' ? '' : ` (pool ${pool})`}`;
    return [
      ...(key
        ? [ok(`${name} is alive: ${busy} of ${slots} places taken, model ${model}.`)]
        : [problem(`${name} has no key for Claude and takes no task.`, 'Set ANTHROPIC_API_KEY where it runs, and start it again.')]),
      ...(sandbox === 'missing'
        ? [
            problem(
              `${name} must have a sandbox, has none and takes no task.`,
              'Run `tars doctor` there: its line on the sandbox says why.',
            ),
          ]
        : []),
      ...(sandbox === 'none'
        ? [note(`${name} runs commands without a sandbox.`, 'Debian or Ubuntu: apt-get install bubblewrap socat; then start it again.')]
        : []),
    ];
  });
}
