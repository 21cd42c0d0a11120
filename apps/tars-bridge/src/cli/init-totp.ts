// tars init --totp: a new secret for an authenticator app, shown once, and the settings that make its codes the ones that count.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { newTotpSecret, otpauthUri } from '@tars/core';
import { ensureStateDir, stateDir } from '@tars/core/env';
import { drawCode } from '../qr/draw-code.js';
import { qrCode } from '../qr/qr-code.js';
import { EXIT, type ExitCode, Stop } from './exit-code.js';
import { out, type Terminal } from './terminal.js';

/** Longer names would not fit into the code. */
const ACCOUNT_CHARS = 16;
const OURS = ['CONFIRMATION_MODE', 'TOTP_SECRET'] as const;

/** In the file given, else in the state directory's `.env`, which is read wherever TARS runs as this user. */
export function initTotp(terminal: Terminal, given: string | undefined): ExitCode {
  const file = given === undefined ? join(ensureStateDir(stateDir(terminal.env)), '.env') : resolve(given);
  const before = readIfThere(file);
  if (parseEnv(before).TOTP_SECRET) {
    throw new Stop(EXIT.usage, `${file} holds a TOTP_SECRET already, which an app may know. To make a new one, take that line out first.`);
  }
  const secret = newTotpSecret();
  const [mode, name] = OURS;
  write(file, `${without(before)}${mode}=totp\n${name}=${secret}\n`);
  const account = hostname().slice(0, ACCOUNT_CHARS);
  out(terminal, drawCode(qrCode(otpauthUri(secret, account))));
  out(terminal, `\nScan this with your authenticator app, or type the secret by hand: ${inGroups(secret)} (TARS, ${account}; time-based).`);
  out(terminal, `It is in ${file} now and is not shown again. Restart \`tars up\`, or the api, for its codes to count.`);
  return EXIT.ok;
}

const inGroups = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

/** The text without our two settings, ending in a line break. */
function without(text: string): string {
  const kept = text.split('\n').filter((line) => !OURS.some((name) => new RegExp(`^\\s*(export\\s+)?${name}\\s*=`).test(line)));
  const joined = kept.join('\n');
  return joined === '' || joined.endsWith('\n') ? joined : `${joined}\n`;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw cannot('read', file, error);
  }
}

/** Whole or not at all, for this user's eyes only. */
function write(file: string, text: string): void {
  try {
    const draft = `${file}.new`;
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    renameSync(draft, file);
  } catch (error) {
    throw cannot('written', file, error);
  }
}

const cannot = (what: string, file: string, error: unknown): Stop => {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new Stop(EXIT.usage, `${file} cannot be ${what}${code}. Choose another place with --file FILE.`);
};
