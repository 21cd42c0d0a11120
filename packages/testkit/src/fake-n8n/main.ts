// tars-fake-n8n: a webhook that writes down what it is sent, until a signal.
import { parseArgs } from 'node:util';
import { BadInputError } from '../bad-input.js';
import { portOf, serveUntilSignal } from '../serve-until-signal.js';
import { startFakeN8n } from './server.js';

await serveUntilSignal(async () => {
  const { values } = parseOptions();
  return startFakeN8n({ port: portOf(values.port), out: values.out ?? null });
});

function parseOptions() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, out: { type: 'string' } } });
  } catch (error) {
    throw new BadInputError(`${error instanceof Error ? error.message : error}\nUsage: tars-fake-n8n --port P --out FILE`);
  }
}
