// What files hold after a command wrote them, for when a later one runs them.
import { type Call, operands, valuesOf } from './call.js';
import { REMOTE } from './marks.js';
import type { Shell } from './shell.js';

/** Files this call writes whose later use depends on what is in them. */
export function remember({ program, args, input }: Call, shell: Shell): void {
  if (program === 'curl' || program === 'wget') {
    const named = valuesOf(args, '-o', '--output', '-O', '--output-document');
    const fetched = operands(args).map((url) => url.replace(/[?#].*$/, '').replace(/^.*\//, ''));
    for (const path of [...named, ...fetched]) {
      shell.files.set(path, REMOTE);
      shell.files.set(`./${path}`, REMOTE);
    }
  }
  if (program === 'tee' && input !== null) for (const path of operands(args)) note(shell, path, input);
  if (program === 'cp' || program === 'mv' || program === 'ln') {
    const [from, to] = operands(args).slice(-2);
    const text = from === undefined ? undefined : shell.files.get(from);
    if (text !== undefined && to !== undefined) note(shell, to, text);
  }
}

/** The file now holds this text. */
export function note(shell: Shell, path: string, text: string): void {
  shell.files.set(path, text);
  if (!path.startsWith('/')) shell.files.set(path.startsWith('./') ? path.slice(2) : `./${path}`, text);
}
