// tars updates: how much a task tells from now on.
import { changeVerbosity, type VerbosityChange } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { json, note, out } from './terminal.js';
import { whichTask } from './which-task.js';
import { withControl } from './with-control.js';

const LEVELS: Readonly<Record<string, boolean>> = { detailed: true, minimal: false };

const SAYS: Readonly<Record<VerbosityChange, (id: string, level: string) => string>> = {
  changed: (id, level) => `Task #${id} sends ${level} updates from now on.`,
  unchanged: (id, level) => `Task #${id} sends ${level} updates already.`,
  ended: (id) => `Task #${id} has already ended.`,
  unknown_task: (id) => `Task #${id} is not there any more.`,
};

export const updates = defineCommand({
  usage: 'updates <id> detailed|minimal',
  details: [
    'detailed: every edit, command and result. minimal: the main phases. Counts for what happens from now on;',
    'ENABLE_DETAILED_UPDATES says how new tasks begin. Confirmations, questions, notices and endings are always told.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [said, level = '', ...more] = positionals;
    const verbose = LEVELS[level];
    if (said === undefined || verbose === undefined || more.length > 0) {
      throw new Stop(EXIT.usage, 'Which task, and how much? Usage: tars updates <id> detailed|minimal.');
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ store }) => {
      const { id } = await whichTask(store, said);
      const outcome = await changeVerbosity(store, { taskId: id, verbose, channel: 'cli', at: Date.now() });
      const isSo = outcome === 'changed' || outcome === 'unchanged';
      const message = SAYS[outcome](id, level);
      if (values.json) json(terminal, { status: isSo ? 'ok' : 'error', reason: outcome, message, task_id: id, verbose_updates: verbose });
      else (isSo ? out : note)(terminal, message);
      return isSo ? EXIT.ok : EXIT.failed;
    });
  },
});
