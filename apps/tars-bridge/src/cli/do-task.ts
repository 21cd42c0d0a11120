// One task from its goal to its outcome, with what it needs begun already.
import type { Begun } from '../embed/ahead.js';
import type { Opened } from '../embed/embedded.js';
import { compose } from './compose.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { report } from './function-outcome.js';
import { type GoalArguments, handOver } from './hand-over.js';
import type { Settings } from './settings.js';
import { note, type Terminal } from './terminal.js';
import { watchTask } from './watch-task.js';

type Doing = { begun: Begun; args: GoalArguments; settings: Settings; terminal: Terminal };

/** Where the api's port is taken, most often by `tars up`, the task needs no second api: codes given to that one count for it too. */
const withoutApi = (why: string): string => `${why} This task goes on without an api of its own.`;

export async function doTask({ begun, args, settings, terminal }: Doing): Promise<ExitCode> {
  const asJson = args.values.json ?? false;
  const opened = await compose(settings, { begun, withoutApi });
  try {
    // Which pool is served is known only once its worker is there; a task for any needs not wait, nor for api and notifier.
    if (settings.config.workerPool !== null) await opened.up();
    const answer = await handOver(opened, args, settings);
    if (answer.task === undefined) return report(terminal, answer, { asJson });
    const { task_id: id } = answer.task;
    const exitCode = await Promise.race([watchTask(opened, id, terminal, { asJson }), failure(opened, terminal)]);
    if (exitCode === EXIT.interrupted) note(terminal, `Task #${id} is kept: \`tars up\` goes on with it, \`tars cancel ${id}\` ends it.`);
    return exitCode;
  } finally {
    await opened.close();
  }
}

/** Says what is odd once all parts are there; rejects when one cannot be. */
async function failure({ up }: Opened, terminal: Terminal): Promise<never> {
  const { warnings } = await up();
  for (const warning of warnings) note(terminal, `Note: ${warning}`);
  return new Promise(() => {});
}
