// tars run: one task here and now, with everything it needs, and its outcome as the exit code.
import type { Embedded } from '../embed/embedded.js';
import { defineCommand } from './command.js';
import { compose } from './compose.js';
import { EXIT, type ExitCode, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { GOAL_OPTIONS, type GoalArguments, goalOf, goalSettings, handOver } from './hand-over.js';
import type { Settings } from './settings.js';
import { note, type Terminal } from './terminal.js';
import { watchTask } from './watch-task.js';

export const run = defineCommand({
  usage: 'run "<goal>" [--project DIR] [--detailed|--minimal] [--minutes N] [--isolate]',
  details: [
    'Shows what the task does as it happens, and asks for the confirmation code where it needs one.',
    'Exits with the outcome: 0 done, 1 failed, 3 waited for a human in vain (no terminal), 4 timeout, 5 cancelled, 130 interrupted.',
  ],
  options: GOAL_OPTIONS,
  async run(args, terminal) {
    goalOf(args.positionals);
    // The feed is what one wants to see here; the log speaks up only when something is wrong.
    const settings = goalSettings(args.values, terminal, { LOG_LEVEL: 'warn' });
    if (settings.config.anthropicApiKey === null) {
      throw new Stop(
        EXIT.usage,
        'ANTHROPIC_API_KEY is not set, and without it Claude cannot be asked. Set it in the environment or with --env-file FILE.',
      );
    }
    const embedded = await composeBeside(settings, terminal);
    try {
      return await doTask(embedded, args, settings, terminal);
    } finally {
      await embedded.close();
    }
  },
});

/** Where the api's port is taken, most often by `tars up`, the task needs no second api: codes given to that one count for it too. */
async function composeBeside(settings: Settings, terminal: Terminal): Promise<Embedded> {
  try {
    return await compose(settings, ['api', 'notifier', 'worker']);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'cannot_listen')) throw error;
    note(terminal, `Note: ${error.message} This task goes on without an api of its own.`);
    return compose(settings, ['notifier', 'worker']);
  }
}

async function doTask(embedded: Embedded, args: GoalArguments, settings: Settings, terminal: Terminal): Promise<ExitCode> {
  const asJson = args.values.json ?? false;
  for (const warning of embedded.warnings) note(terminal, `Note: ${warning}`);
  const answer = await handOver(embedded, args, settings);
  if (answer.task === undefined) return report(terminal, answer, { asJson });
  const { task_id: id } = answer.task;
  const exitCode = await watchTask(embedded, id, terminal, { asJson });
  if (exitCode === EXIT.interrupted) note(terminal, `Task #${id} is kept: \`tars up\` goes on with it, \`tars cancel ${id}\` ends it.`);
  return exitCode;
}
