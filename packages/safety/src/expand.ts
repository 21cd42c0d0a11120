// Words to fields, as bash would: quotes gone, constants put in, unquoted values split. Substitutions inside are walked on the way.
import { expandBraces } from './braces.js';
import { isKnown, UNKNOWN } from './marks.js';
import { parameterValue } from './parameter.js';
import { parse } from './parse.js';
import { deeper, inSubshell, lookUp, type Shell } from './shell.js';
import type { Chunk, Script, Word } from './syntax.js';

const MAX_FIELDS = 20_000;
const MAX_BRACED = 256;
const MAX_TEXT = 1_000_000;

/** The fields a word becomes; none for an empty unquoted expansion. */
export const fieldsOf = (word: Word, shell: Shell): string[] => expand(word, shell, true);

/** The word as one string: what an assignment, a redirect or a heredoc sees. */
export const textOf = (word: Word, shell: Shell): string => expand(word, shell, false).join(' ');

function expand(word: Word, shell: Shell, splitting: boolean): string[] {
  const done: string[] = [];
  let open: string[] | null = null; // the field being built; several at once after a brace expansion
  const add = (...pieces: readonly string[]): void => {
    const heads: readonly string[] = open ?? [''];
    const size = heads.length * pieces.length;
    if ((pieces.length > 1 && size > MAX_BRACED) || size * ((heads[0]?.length ?? 0) + (pieces[0]?.length ?? 0)) > MAX_TEXT) {
      open = [UNKNOWN];
      return;
    }
    open =
      pieces.length === 1 ? heads.map((head) => head + (pieces[0] ?? '')) : heads.flatMap((head) => pieces.map((piece) => head + piece));
  };
  const close = (): void => {
    if (open !== null && done.length < MAX_FIELDS) done.push(...open);
    open = null;
  };
  const separators = separatorsOf(shell);
  const addSplit = (text: string): void => {
    if (text === '') return;
    const [head = '', ...rest] = text.split(separators);
    if (head !== '') add(head);
    for (const piece of rest) {
      close();
      if (piece !== '') add(piece);
    }
  };
  for (const chunk of word.chunks) {
    if (chunk.kind === 'braces' || chunk.kind === 'glob') {
      for (const script of chunk.scripts) run(script, shell);
      add(...(chunk.kind === 'glob' ? [chunk.text] : expandBraces(chunk.text)));
      continue;
    }
    const value = chunkValue(chunk, shell);
    const quoted = chunk.kind === 'text' || !splitting || ('quoted' in chunk && chunk.quoted);
    if (typeof value === 'string') {
      if (quoted) add(value);
      else addSplit(value);
      continue;
    }
    const joined = chunk.kind === 'parameter' && chunk.name === '*' && quoted ? [value.join(' ')] : value;
    joined.forEach((each, at) => {
      if (at > 0) close();
      if (quoted) add(each);
      else addSplit(each);
    });
  }
  close();
  return done;
}

/** What unquoted values are split at: `IFS`, when the command itself set it. */
function separatorsOf(shell: Shell): RegExp {
  const own = shell.variables.has('IFS') ? lookUp(shell, 'IFS') : undefined;
  if (typeof own !== 'string' || !isKnown(own)) return /[ \t\n]+/;
  return own === '' ? /(?!)/ : new RegExp(`[${own.replace(/[\\\]^-]/g, '\\$&')}]+`);
}

function chunkValue(chunk: Exclude<Chunk, { kind: 'braces' | 'glob' }>, shell: Shell): string | readonly string[] {
  switch (chunk.kind) {
    case 'text':
      return chunk.value;
    case 'parameter':
      return parameterValue(chunk, shell, (word) => textOf(word, shell));
    case 'output':
      return run(chunk.script, shell).replace(/\n+$/, '');
    case 'stream': {
      const path = `/dev/fd/${shell.files.size + 63}`;
      shell.files.set(path, run(chunk.script, shell));
      return path;
    }
    case 'number':
      for (const script of chunk.scripts) run(script, shell);
      for (const word of chunk.words) evaluateAgain(word, shell);
      return UNKNOWN;
  }
}

/** Arithmetic evaluates the text a name holds once more, and runs what its subscripts substitute. */
function evaluateAgain(word: Word, shell: Shell): void {
  const name = word.text.slice(1);
  const value = lookUp(shell, name);
  if (typeof value === 'string' && /[$`]/.test(value) && isKnown(value)) run(parse(`: ${value}`), shell);
}

function run(script: Script, shell: Shell): string {
  const inner = deeper(shell);
  inner.choice = shell.choice;
  const output = inSubshell(inner, () => shell.evaluate(script, inner, null));
  shell.widest = Math.max(shell.widest, inner.widest);
  return output;
}
