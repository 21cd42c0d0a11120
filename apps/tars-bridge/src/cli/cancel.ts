// tars cancel: stops a task and says so only once nothing of it runs.
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { newSession } from './session.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

export const cancel = defineCommand({
  usage: 'cancel <id>',
  details: ['Exits 0 once nothing of the task runs any more, 1 when that is not certain yet or the task had already ended.'],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0) throw new Stop(EXIT.usage, 'Which task? Usage: tars cancel <id>. `tars list` shows the ids.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ functions }) => {
      const answer = await functions.call('cancel_coding_task', { task_id: id }, { sessionId: newSession(), channel: 'cli' });
      const exitCode = report(terminal, answer, { asJson: values.json ?? false, said: id });
      return answer.status === 'cancelling' ? EXIT.failed : exitCode;
    });
  },
});
