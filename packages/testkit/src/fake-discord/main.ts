// tars-fake-discord: a channel with a webhook and a bot, until a signal.
import { parseArgs } from 'node:util';
import { BadInputError } from '../bad-input.js';
import { portOf, serveUntilSignal } from '../serve-until-signal.js';
import { startFakeDiscord } from './server.js';

await serveUntilSignal(async () => {
  const { values } = parseOptions();
  return startFakeDiscord({
    port: portOf(values.port),
    isForum: values.forum ?? false,
    isApplicationOwned: values.application ?? false,
  });
});

function parseOptions() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, forum: { type: 'boolean' }, application: { type: 'boolean' } } });
  } catch (error) {
    throw new BadInputError(
      `${error instanceof Error ? error.message : error}\nUsage: tars-fake-discord --port P [--forum] [--application]`,
    );
  }
}
