// tars doctor: what is missing or wrong, and what mends it.
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { examine } from './doctor/examine.js';
import type { Finding } from './doctor/finding.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { json, out } from './terminal.js';

export const doctor = defineCommand({
  usage: 'doctor [--silent]',
  details: [
    'Looks at Redis, Claude, the clock, n8n, Discord, worker, notifier, sandbox, keys, the port of the api and the way back to it, and changes nothing.',
    'Sends one test update, which appears on Discord; --silent sends none.',
    'Exits 0 when there is no problem (notes are none), 1 when there is one, 2 when the settings cannot be read at all.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE, silent: { type: 'boolean', help: 'send no test update' } },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars doctor takes no arguments.');
    const findings = await examine(readSettings(terminal, values['env-file']), { isSilent: values.silent ?? false });
    const problems = findings.filter(({ level }) => level === 'problem').length;
    if (values.json) json(terminal, { ok: problems === 0, findings });
    else {
      for (const finding of findings) out(terminal, lines(finding));
      out(terminal, problems === 0 ? 'No problem found.' : problems === 1 ? 'One problem found.' : `${problems} problems found.`);
    }
    return problems === 0 ? EXIT.ok : EXIT.failed;
  },
});

const lines = ({ check, level, message, fix }: Finding): string =>
  `${level.padEnd(7)}  ${check.padEnd(8)}  ${message}${fix === null ? '' : `\n${' '.repeat(19)}→ ${fix}`}`;
