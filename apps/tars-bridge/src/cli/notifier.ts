// tars notifier: the notifier alone, as its own package runs it.
import { ENV_FILE, HELP } from './command.js';
import { delegatingCommand } from './delegate.js';

export const notifier = delegatingCommand({
  usage: 'notifier',
  details: ['Sends what happens to tasks to N8N_WEBHOOK_URL or DISCORD_WEBHOOK_URL until stopped; what could not be sent yet stays due.'],
  options: { help: HELP, 'env-file': ENV_FILE },
  packageName: '@tars/notifier',
  bin: 'tars-notifier',
});
