// One setting's text from the environment or from its secret file, and what to say when it cannot be read.
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { createRedactor } from '../redact.js';
import { errorCode } from './error-code.js';
import type { Env, Setting } from './setting.js';
import { expandHome } from './state-dir.js';

export type Reading = { ok: true; value: unknown; given: boolean; hadPrefix: boolean } | { ok: false; problem: string };

const SHOWN_CHARS = 60;
/** A key or token is never this long; a path to something else (a device, a dump) may be. */
const MAX_FILE_CHARS = 64 * 1024;
const redact = createRedactor([]);

const problem = ({ name, example }: Setting<unknown>, said: string): Reading => ({
  ok: false,
  // Somebody may have pasted a key where a word belongs.
  problem: `${name}: ${redact(said)}. Example: ${name}=${example}`,
});

export function readSetting(setting: Setting<unknown>, env: Env): Reading {
  const source = sourceOf(setting, env);
  if (!source.ok) return problem(setting, source.said);
  const prefix = `${setting.name}=`;
  const hadPrefix = source.text.startsWith(prefix);
  const given = (hadPrefix ? source.text.slice(prefix.length) : source.text).trim();
  const text = given === '' ? setting.default : given;
  if (text === null) return { ok: true, value: null, given: false, hadPrefix };
  const parsed = v.safeParse(setting.schema, text, { abortEarly: true, abortPipeEarly: true });
  if (parsed.success) return { ok: true, value: parsed.output, given: given !== '', hadPrefix };
  return problem(setting, `${shown(setting, text)} ${parsed.issues[0].message}`);
}

/** Enough to recognise one's own mistake; of a secret only its length. */
function shown({ secret }: Setting<unknown>, text: string): string {
  if (secret) return `the value (${text.length} character${text.length === 1 ? '' : 's'}, not shown)`;
  return JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
}

function sourceOf({ name, fromFile }: Setting<unknown>, env: Env): { ok: true; text: string } | { ok: false; said: string } {
  const text = env[name]?.trim() ?? '';
  const file = fromFile ? (env[`${name}_FILE`]?.trim() ?? '') : '';
  if (file === '') return { ok: true, text };
  if (text !== '') return { ok: false, said: `${name} and ${name}_FILE are both set; keep one` };
  try {
    const content = readFileSync(expandHome(file, env), 'utf8').trim();
    if (content === '') return { ok: false, said: `the file of ${name}_FILE, ${JSON.stringify(file)}, is empty` };
    if (content.length > MAX_FILE_CHARS) return { ok: false, said: `the file of ${name}_FILE, ${JSON.stringify(file)}, is too large` };
    return { ok: true, text: content };
  } catch (error) {
    const why = errorCode(error) ?? 'unknown error';
    return { ok: false, said: `the file of ${name}_FILE, ${JSON.stringify(file)}, cannot be read (${why})` };
  }
}
