// tars-fake-claude: the Messages API of a scenario file, until a signal.
import { parseArgs } from 'node:util';
import { BadInputError } from '../bad-input.js';
import { portOf, serveUntilSignal } from '../serve-until-signal.js';
import { readScenario } from './scenario-file.js';
import { startFakeClaude } from './server.js';

const USAGE = 'Usage: tars-fake-claude --port P --scenario FILE [--log FILE]';

await serveUntilSignal(async () => {
  const { values } = parseOptions();
  if (values.scenario === undefined) throw new BadInputError(USAGE);
  return startFakeClaude({ scenario: await readScenario(values.scenario), port: portOf(values.port), log: values.log ?? null });
});

function parseOptions() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, scenario: { type: 'string' }, log: { type: 'string' } } });
  } catch (error) {
    throw new BadInputError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}
