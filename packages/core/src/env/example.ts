// The text of `.env.example`, so that documentation cannot drift from what is read.
import type { Setting } from './setting.js';
import { SECTIONS } from './settings.js';

const HEAD = `# Settings of TARS Background Programming. Copy this file to .env beside it and fill in what you need.
# A line that begins with # is off; where it holds a value, that is the default. What the process
# environment already holds wins over this file. A secret can also come from a file: NAME_FILE=/path/to/it.
# Generated from the table of settings in packages/core/src/env; a test checks that it is current.
`;

export function envExample(): string {
  return `${HEAD}${SECTIONS.map(({ title, settings }) => `\n# --- ${title} ---\n${settings.map(entry).join('')}`).join('')}`;
}

function entry({ name, doc, default: usual, example }: Setting<unknown>): string {
  const told = doc === '' ? '' : `# ${doc}\n`;
  const hint = usual === null ? `# For example: ${example}\n` : '';
  // Only what most people fill in is on: an explicit default would stop TARS from looking further (for a running Redis, say).
  return `\n${told}${hint}${FILLED_IN.has(name) ? `${name}=` : `#${name}=${usual ?? ''}`}\n`;
}

const FILLED_IN = new Set(['ANTHROPIC_API_KEY', 'CONFIRMATION_CODE', 'N8N_WEBHOOK_URL']);
