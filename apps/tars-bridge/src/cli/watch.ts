// tars watch: one task's feed from its beginning, with how it is doing below, until it ends or one leaves.
import { defineCommand, ENV_FILE, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { note } from './terminal.js';
import { watchTask } from './watch-task.js';
import { whichTask } from './which-task.js';
import { withControl } from './with-control.js';

export const watch = defineCommand({
  usage: 'watch [id]',
  details: [
    'Without an id the only running task is meant. At a terminal it asks for the confirmation code where one is needed.',
    'Exits with the outcome: 0 done, 1 failed, 3 waited for a human in vain (no terminal), 4 timeout, 5 cancelled.',
    'Ctrl+C leaves the task running and exits with 130.',
  ],
  options: { help: HELP, json: { type: 'boolean', help: 'Print JSON lines, the task as the last one.' }, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 1) throw new Stop(EXIT.usage, 'tars watch takes one task id.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async (control) => {
      const { id } = await whichTask(control.store, positionals[0]);
      const outcome = await watchTask(control, id, terminal, { asJson: values.json ?? false });
      if (outcome === EXIT.interrupted) note(terminal, `Task #${id} goes on; \`tars watch ${id}\` comes back to it.`);
      return outcome;
    });
  },
});
