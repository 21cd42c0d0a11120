// Where output goes: what a redirect overwrites, opens or leaks.
import { REMOTE, SECRET } from './marks.js';
import { isDevice, isSecret, isSink } from './paths.js';
import { mayExist, opensDoors, type Place } from './place.js';
import { CHANGE_SYSTEM_FILES, ERASE_DISK, EXHAUST, OVERWRITE_FILES, RUN_REMOTE, SEND_SECRETS } from './rule.js';

export type Written = {
  readonly operator: string;
  readonly path: string /** The text that goes there, as far as it is known. */;
  readonly text: string;
  /** The words of the command that writes; none for a group. */ readonly argv: readonly string[];
};

const OUTWARD = /^(>|>>|>\||&>|&>>|<>|>&)$/;

export const isOutward = (operator: string, path: string): boolean =>
  OUTWARD.test(operator) && !(operator === '>&' && /^(\d+|-)$/.test(path));

/** Whether the command never stops printing. */
const isEndless = ([program, ...args]: readonly string[]): boolean =>
  program === 'yes' || (program === 'cat' && args.some((path) => /^\/dev\/(zero|u?random)$/.test(path)));

/** Why writing there should ask; null when it need not. Creating and rewriting files with content is what coding is. */
export function judgeWrite(
  { operator, path, text, argv }: Written,
  place: Place,
): { readonly reason: string; readonly rule: string } | null {
  if (/^\/dev\/(tcp|udp)\//.test(path)) {
    if (text.includes(SECRET)) return { reason: SEND_SECRETS, rule: 'redirect-secrets' };
    return /^(ba|z|k)?sh$|^exec$/.test(argv[0] ?? '') ? { reason: RUN_REMOTE, rule: 'reverse-shell' } : null;
  }
  if (isSink(path)) return null;
  if (isDevice(path)) return { reason: ERASE_DISK, rule: 'redirect-device' };
  if (opensDoors(path, place)) return { reason: CHANGE_SYSTEM_FILES, rule: 'redirect-sensitive' };
  if (isEndless(argv)) return { reason: EXHAUST, rule: 'endless-output' };
  const empties = text === '' && operator !== '>>' && operator !== '&>>' && operator !== '<>';
  return empties && mayExist(path, place) ? { reason: OVERWRITE_FILES, rule: 'redirect-nothing' } : null;
}

/** What a command reads from a redirected file; `known` is its text when this very line wrote it. */
export const readFrom = (path: string, known: string | undefined, unknown: string): string =>
  known ?? (path === '/dev/null' ? '' : unknown + (/^\/dev\/(tcp|udp)\//.test(path) ? REMOTE : '') + (isSecret(path) ? SECRET : ''));
