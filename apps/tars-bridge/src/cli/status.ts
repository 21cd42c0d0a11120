// tars status: how one task is doing, or all that run.
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { newSession } from './session.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

export const status = defineCommand({
  usage: 'status [id]',
  details: ['Without an id: the running task, or one line for each when several run, or the last one.'],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 1) throw new Stop(EXIT.usage, 'tars status takes one task id.');
    const [id] = positionals;
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ functions }) => {
      const answer = await functions.call('check_coding_progress', { task_id: id }, { sessionId: newSession(), channel: 'cli' });
      return report(terminal, answer, { asJson: values.json ?? false, said: id });
    });
  },
});
