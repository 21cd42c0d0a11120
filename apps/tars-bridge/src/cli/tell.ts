// tars tell: a word to the agent, which reads it before its next turn.
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { newSession } from './session.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

export const tell = defineCommand({
  usage: 'tell <id> "<message>"',
  details: [
    'The agent reads it before its next turn; `tars logs <id>` shows at which. A task that has ended goes on with it, with fresh limits.',
    'Never tell your confirmation code: it is taken out before the agent sees it. Codes are given with `tars confirm`.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [id, message = '', ...more] = positionals;
    if (id === undefined || message.trim() === '' || more.length > 0) {
      throw new Stop(EXIT.usage, 'Which task, and what? Usage: tars tell <id> "<message>", the message in quotes.');
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ functions }) => {
      const told = { task_id: id, message };
      const answer = await functions.call('message_coding_task', told, { sessionId: newSession(), channel: 'cli' });
      return report(terminal, answer, { asJson: values.json ?? false, said: id });
    });
  },
});
