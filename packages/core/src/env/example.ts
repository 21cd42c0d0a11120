// The text of `.env.example`, so that documentation cannot drift from what is read.
import { envLine } from './env-text.js';
import type { Setting } from './setting.js';
import { SECTIONS } from './settings.js';

const HEAD = `# Settings of TARS Background Programming. Copy this file to .env beside it and fill in what you need.
# A line that begins with # is off; where it holds a value, that is the default. What the process
# environment already holds wins over this file. A secret can also come from a file: NAME_FILE=/path/to/it.
# Generated from the table of settings in packages/core/src/env; a test checks that it is current.
`;

export const envExample = (): string => HEAD + body({});

const HEAD_OF_OWN = `# Settings of TARS Background Programming. A line that begins with # is off; where it holds a value, that is the default.
# What the process environment already holds wins over this file. A secret can also come from a file: NAME_FILE=/path/to/it.
`;

/** The same with these values, by variable, in their places: an env file of one's own. */
export const envFileText = (values: Values): string => HEAD_OF_OWN + body(values);

type Values = Readonly<Record<string, string>>;

const body = (values: Values): string =>
  SECTIONS.map(({ title, settings }) => `\n# --- ${title} ---\n${settings.map((setting) => entry(setting, values)).join('')}`).join('');

function entry({ name, doc, default: usual, example }: Setting<unknown>, values: Values): string {
  const told = doc === '' ? '' : `# ${doc}\n`;
  const hint = usual === null ? `# For example: ${example}\n` : '';
  const given = [name, `${name}_FILE`].flatMap((variable) => (values[variable] ? [envLine(variable, values[variable])] : []));
  // Only what most people fill in is on: an explicit default would stop TARS from looking further (for a running Redis, say).
  const line = given.length > 0 ? given.join('\n') : FILLED_IN.has(name) ? `${name}=` : `#${name}=${usual ?? ''}`;
  return `\n${told}${hint}${line}\n`;
}

const FILLED_IN = new Set(['ANTHROPIC_API_KEY', 'CONFIRMATION_CODE', 'N8N_WEBHOOK_URL']);
