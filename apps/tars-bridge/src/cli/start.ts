// tars start: hands over a goal and comes back at once, or follows the task to its end.
import { defineCommand } from './command.js';
import { EXIT } from './exit-code.js';
import { report } from './function-outcome.js';
import { GOAL_OPTIONS, goalOf, goalSettings, handOver } from './hand-over.js';
import { note } from './terminal.js';
import { watchTask } from './watch-task.js';
import { withControl } from './with-control.js';

export const start = defineCommand({
  usage: 'start "<goal>" [--project DIR] [--detailed|--minimal] [--minutes N] [--isolate] [--watch]',
  details: ['Prints the task. With --watch it follows the task and exits with its outcome.'],
  options: { ...GOAL_OPTIONS, watch: { type: 'boolean', short: 'w', help: 'Follow the task to its end.' } },
  async run({ values, positionals }, terminal) {
    goalOf(positionals);
    const settings = goalSettings(values, terminal);
    return withControl(settings, terminal, async (control) => {
      const answer = await handOver(control, { values, positionals }, settings);
      const exitCode = report(terminal, answer, { asJson: values.json ?? false });
      if (!values.watch || answer.task === undefined) return exitCode;
      const { task_id: id } = answer.task;
      const outcome = await watchTask(control, id, terminal, { asJson: values.json ?? false });
      if (outcome === EXIT.interrupted) note(terminal, `Task #${id} goes on; \`tars status ${id}\` tells how it is doing.`);
      return outcome;
    });
  },
});
