// tars deny: no to the command a task waits with; the reason reaches the agent.
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { reportSubmitted } from './submitted.js';
import { withControl } from './with-control.js';

export const deny = defineCommand({
  usage: 'deny [id] [--because TEXT]',
  details: ['Without an id the only waiting task is meant. The task goes on without that command.'],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    because: { type: 'string', value: 'TEXT', help: 'Why, for the agent to act on.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 1) throw new Stop(EXIT.usage, 'tars deny takes one task id. Give the reason with --because "…".');
    const [taskId] = positionals;
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ confirmations }) => {
      const result = await confirmations.deny({ taskId, because: values.because, channel: 'cli' });
      return reportSubmitted(terminal, result, values.json ?? false);
    });
  },
});
