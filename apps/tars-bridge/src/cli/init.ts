// tars init: a settings file with a person's own values in it; never over one that is there.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseEnv } from 'node:util';
import { envFileText, parseConfig, printProblems, SETTING_SECTIONS } from '@tars/core/env';
import { askSettings } from './ask-settings.js';
import { defineCommand, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { initTotp } from './init-totp.js';
import { INSTALLATION } from './settings.js';
import { note, out, type Terminal } from './terminal.js';

type Values = Record<string, string>;

export const init = defineCommand({
  usage: 'init [--file FILE] [--set NAME=VALUE]... | init --totp [--file FILE]',
  details: [
    'At a terminal it asks for what most people fill in. Otherwise it reads stdin, written like an env file: the place for secrets.',
    'Writes every setting with its explanation, yours switched on, readable by you alone. A file that is there is left as it is.',
  ],
  options: {
    help: HELP,
    file: { type: 'string', value: 'FILE', help: "Where to write. Default: .env in TARS' own folder, where it is read." },
    set: {
      type: 'string',
      multiple: true,
      value: 'NAME=VALUE',
      help: 'A setting; may be repeated. Not for secrets: arguments stay in the shell history.',
    },
    totp: {
      type: 'boolean',
      help: 'Codes from an authenticator app: makes its secret, shows the QR code to scan, and switches codes over to it.',
    },
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars init takes options only; see tars init --help.');
    if (values.totp) return initTotp(terminal, values.file);
    const file = values.file === undefined ? join(INSTALLATION, '.env') : resolve(values.file);
    if (existsSync(file)) throw taken(file);
    const given = settingsIn(values.set ?? []);
    const more = terminal.stdin.isTTY ? await askSettings(terminal, given) : await piped(terminal);
    const chosen = { ...more, ...given };
    for (const warning of checked(chosen)) note(terminal, `Note: ${warning}`);
    await write(file, envFileText(chosen));
    out(terminal, `Wrote ${file}. \`tars doctor\` tells what is still missing, \`tars up\` starts everything.`);
    return EXIT.ok;
  },
});

const taken = (file: string) =>
  new Stop(EXIT.usage, `${file} is there already and is left as it is. Edit it, or write elsewhere with --file FILE.`);

const KNOWN = new Map(
  SETTING_SECTIONS.flatMap(({ settings }) => settings).flatMap(({ name, secret, fromFile }) => [
    [name, { secret }] as const,
    ...(fromFile ? [[`${name}_FILE`, { secret: false }] as const] : []),
  ]),
);

function settingsIn(pairs: readonly string[]): Values {
  const values: Values = {};
  for (const pair of pairs) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw new Stop(EXIT.usage, '--set takes NAME=VALUE, for example --set PROJECTS_ROOT=~/code.');
    if (KNOWN.get(name)?.secret) {
      throw new Stop(
        EXIT.usage,
        `${name} is a secret, and arguments stay in the shell history: type it when asked, or pipe in a line ${name}=….`,
      );
    }
    values[name] = value;
  }
  return values;
}

async function piped({ stdin }: Terminal): Promise<Values> {
  const read = parseEnv(await text(stdin));
  return Object.fromEntries(Object.entries(read).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** What there is to say of values that can be read; what cannot ends the command. */
function checked(values: Values): string[] {
  const unknown = Object.keys(values).filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) throw new Stop(EXIT.usage, `There is no setting ${unknown.join(', ')}. .env.example lists them all.`);
  const parsed = parseConfig(values);
  if (parsed.ok) return parsed.warnings;
  const lines: string[] = [];
  printProblems(parsed.problems, (line) => lines.push(line));
  throw new Stop(EXIT.usage, `${lines.join('').trimEnd()}\nNothing was written.`);
}

async function write(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EEXIST') throw taken(file);
    throw new Stop(EXIT.usage, `${file} cannot be written (${String(error.code)}). Choose another place with --file FILE.`);
  }
}
