// tars run: one task here and now, with everything it needs, and its outcome as the exit code.
import { begin } from './begin.js';
import { defineCommand } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { GOAL_OPTIONS, goalOf, goalSettings } from './hand-over.js';

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
    const begun = begin(settings);
    const { doTask } = await import('./do-task.js');
    return doTask({ begun, args, settings, terminal });
  },
});
