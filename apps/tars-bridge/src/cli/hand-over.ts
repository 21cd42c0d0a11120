// A goal on its way from the terminal to the function that starts a task.
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type FunctionAnswer, isRepositoryLike } from '@tars/core';
import type { Control } from '@tars/core/redis';
import { type Arguments, ENV_FILE, HELP, JSON_OUTPUT, type Options } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { openProject } from './open-project.js';
import { newSession } from './session.js';
import { readSettings, type Settings } from './settings.js';
import type { Terminal } from './terminal.js';

/** What a goal can be given along, for `start` and `run` alike. */
export const GOAL_OPTIONS = {
  help: HELP,
  json: JSON_OUTPUT,
  project: {
    type: 'string',
    short: 'p',
    value: 'DIR',
    help: 'The project: a path, the name of a folder under PROJECTS_ROOT, or the address of a git repository (URL#branch). Default: here.',
  },
  detailed: { type: 'boolean', help: 'Updates for every action.' },
  minimal: { type: 'boolean', help: 'Updates for the main phases only.' },
  minutes: { type: 'string', value: 'N', help: 'Work time, instead of MAX_TASK_RUNTIME_MINUTES; fractions are fine.' },
  isolate: { type: 'boolean', help: 'Work in a git worktree of the project, and leave the result on the branch tars/<id>.' },
  'env-file': ENV_FILE,
} as const satisfies Options;

export type GoalArguments = Arguments<typeof GOAL_OPTIONS>;

/** `defaults` stand where neither the environment nor a file says anything. */
export function goalSettings(values: GoalArguments['values'], terminal: Terminal, defaults: Record<string, string> = {}): Settings {
  if (values.detailed && values.minimal) throw new Stop(EXIT.usage, 'Choose one of --detailed and --minimal.');
  const { minutes } = values;
  if (minutes !== undefined && !(Number(minutes) > 0)) {
    throw new Stop(EXIT.usage, `--minutes must be a number above 0, such as 15 or 0.5, not ${JSON.stringify(minutes)}.`);
  }
  const overrides = minutes === undefined ? {} : { MAX_TASK_RUNTIME_MINUTES: minutes };
  return readSettings(terminal, values['env-file'], { overrides, defaults });
}

/** Several words without quotes are one goal too. */
export function goalOf(positionals: readonly string[]): string {
  const goal = positionals.join(' ').trim();
  if (goal === '')
    throw new Stop(EXIT.usage, 'Please provide a coding goal, sir, for example: tars start "add a test for the login form".');
  return goal;
}

/** Calls the function a voice host would call. */
export function handOver(
  { functions }: Pick<Control, 'functions'>,
  { values, positionals }: GoalArguments,
  { config }: Settings,
): Promise<FunctionAnswer> {
  const verbose = values.detailed ? true : values.minimal ? false : undefined;
  return functions.call(
    'start_autonomous_coding',
    {
      goal: goalOf(positionals),
      project_path: values.project === undefined ? undefined : projectPath(values.project),
      verbose_updates: verbose,
    },
    { sessionId: newSession(), channel: 'cli', isolate: values.isolate, currentProject: openProject(config.projectsRoots) },
  );
}

/** A path of this terminal becomes absolute; a bare name that is no folder here may be one under the roots. */
function projectPath(said: string): string {
  if (isAbsolute(said) || said.startsWith('~') || isRepositoryLike(said)) return said;
  const path = resolve(said);
  return existsSync(path) || said.includes('/') || said.startsWith('.') ? path : said;
}
