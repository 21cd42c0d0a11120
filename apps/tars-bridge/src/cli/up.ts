// tars up: everything on this machine, until stopped.
import { once } from 'node:events';
import { endpointName } from '@tars/core/find-redis';
import { begin } from './begin.js';
import { defineCommand, ENV_FILE, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { json, out } from './terminal.js';

export const up = defineCommand({
  usage: 'up',
  details: [
    'Runs api, notifier and a worker, and a private Redis unless one is configured or answers on localhost:6379.',
    'Prints one line that begins with "ready" when all of it runs. Ctrl+C drains; what was under way goes on at the next start.',
  ],
  options: { help: HELP, json: { type: 'boolean', help: 'Print the ready line as JSON.' }, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars up takes no arguments. To hand over a goal: tars start "<goal>".');
    const settings = readSettings(terminal, values['env-file']);
    const begun = begin(settings);
    const { compose } = await import('./compose.js');
    const opened = await compose(settings, { begun });
    try {
      const { api, warnings } = await opened.up();
      const redis = endpointName(opened.endpoint);
      if (values.json) json(terminal, { ready: true, api: api?.url, redis, warnings });
      else
        out(
          terminal,
          ['ready', `api ${api?.url}`, `redis ${redis}`, ...warnings.map((warning) => `warning: ${oneLine(warning)}`)].join('  '),
        );
      if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
    } finally {
      await opened.close();
    }
    return EXIT.ok;
  },
});

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
