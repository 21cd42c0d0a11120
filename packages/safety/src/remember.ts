// What files hold after a command wrote them, for when a later one runs or sends them.
import { type Call, operands, valuesOf } from './call.js';
import { REMOTE, SECRET, UNKNOWN } from './marks.js';
import { heldIn, holdsSecret, keyOf } from './place.js';
import type { Shell } from './shell.js';

const ARCHIVERS = ['tar', 'bsdtar', 'zip', '7z', 'gpg', 'openssl', 'age'];

/** Files this call writes whose later use depends on what is in them. */
export function remember({ program, args, input, place }: Call, shell: Shell): void {
  if (program === 'curl' || program === 'wget') {
    const named = valuesOf(args, '-o', '--output', '-O', '--output-document');
    const fetched = operands(args).map((url) => url.replace(/[?#].*$/, '').replace(/^.*\//, ''));
    for (const path of [...named, ...fetched]) note(shell, path, REMOTE);
  }
  if (program === 'tee' && input !== null) for (const path of operands(args)) note(shell, path, input);
  const [from, to] = operands(args).slice(-2);
  if ((program === 'cp' || program === 'mv' || program === 'ln') && from !== undefined && to !== undefined) {
    const text = heldIn(from, place) ?? (holdsSecret(from, place) ? UNKNOWN + SECRET : undefined);
    if (text !== undefined) note(shell, to, text);
  }
  if (ARCHIVERS.includes(program) && args.some((path) => holdsSecret(path, place)))
    for (const path of [...valuesOf(args, '-f', '--file', '-o', '--output', '-out'), ...operands(args).slice(0, 2)])
      note(shell, path, UNKNOWN + SECRET);
}

/** The file now holds this text. */
export const note = (shell: Shell, path: string, text: string): void => {
  shell.files.set(keyOf(path, shell.folders), text);
};
