// tars start: hands over a goal and comes back at once, or follows the task to its end.
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { FunctionAnswer } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { type Arguments, defineCommand, ENV_FILE, HELP, JSON_OUTPUT, type Options } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { newSession } from './session.js';
import { readSettings, type Settings } from './settings.js';
import type { Terminal } from './terminal.js';
import { watchTask } from './watch-task.js';
import { withControl } from './with-control.js';

/** What a goal can be given along, for `start` and `run` alike. */
export const GOAL_OPTIONS = {
  help: HELP,
  json: JSON_OUTPUT,
  project: {
    type: 'string',
    short: 'p',
    value: 'DIR',
    help: 'The project: a path, or the name of a folder under PROJECTS_ROOT. Default: here.',
  },
  detailed: { type: 'boolean', help: 'Updates for every action.' },
  minimal: { type: 'boolean', help: 'Updates for the main phases only.' },
  minutes: { type: 'string', value: 'N', help: 'Work time, instead of MAX_TASK_RUNTIME_MINUTES; fractions are fine.' },
  'env-file': ENV_FILE,
} as const satisfies Options;

type GoalArguments = Arguments<typeof GOAL_OPTIONS>;

export const start = defineCommand({
  usage: 'start "<goal>" [--project DIR] [--detailed|--minimal] [--minutes N] [--watch]',
  details: ['Prints the task. With --watch it follows the task and exits with its outcome.'],
  options: { ...GOAL_OPTIONS, watch: { type: 'boolean', short: 'w', help: 'Follow the task to its end.' } },
  async run({ values, positionals }, terminal) {
    const settings = goalSettings(values, terminal);
    return withControl(settings, terminal, async (control) => {
      const answer = await handOver(control, { values, positionals }, settings);
      const exitCode = report(terminal, answer, { asJson: values.json ?? false });
      if (!values.watch || answer.task === undefined) return exitCode;
      return watchTask(control, answer.task.task_id, terminal, { asJson: values.json ?? false });
    });
  },
});

export function goalSettings(values: GoalArguments['values'], terminal: Terminal): Settings {
  if (values.detailed && values.minimal) throw new Stop(EXIT.usage, 'Choose one of --detailed and --minimal.');
  const { minutes } = values;
  if (minutes !== undefined && !(Number(minutes) > 0)) {
    throw new Stop(EXIT.usage, `--minutes must be a number above 0, such as 15 or 0.5, not ${JSON.stringify(minutes)}.`);
  }
  return readSettings(terminal, values['env-file'], minutes === undefined ? {} : { MAX_TASK_RUNTIME_MINUTES: minutes });
}

/** Calls the function a voice host would call; several words without quotes are one goal. */
export function handOver(
  { functions }: Pick<Control, 'functions'>,
  { values, positionals }: GoalArguments,
  { config }: Settings,
): Promise<FunctionAnswer> {
  const verbose = values.detailed ? true : values.minimal ? false : undefined;
  const here = process.cwd();
  // Work in the folder one stands in, unless that holds all projects (or everything).
  const currentProject = config.projectsRoots.includes(here) ? null : here;
  return functions.call(
    'start_autonomous_coding',
    {
      goal: positionals.join(' '),
      project_path: values.project === undefined ? undefined : projectPath(values.project),
      verbose_updates: verbose,
    },
    { sessionId: newSession(), channel: 'cli', currentProject },
  );
}

/** A path of this terminal becomes absolute; a bare name that is no folder here may be one under the roots. */
function projectPath(said: string): string {
  if (isAbsolute(said) || said.startsWith('~')) return said;
  const path = resolve(said);
  return existsSync(path) || said.includes('/') || said.startsWith('.') ? path : said;
}
