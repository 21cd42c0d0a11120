// tars api: the api alone, as its own package runs it.
import { ENV_FILE, HELP } from './command.js';
import { delegatingCommand } from './delegate.js';

export const api = delegatingCommand({
  usage: 'api',
  details: ['Serves the confirmation webhook, tasks and functions on BIND_ADDRESS and WEBHOOK_PORT until stopped.'],
  options: { help: HELP, 'env-file': ENV_FILE },
  packageName: '@tars/api',
  bin: 'tars-api',
});
