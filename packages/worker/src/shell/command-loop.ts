// The bash side of a shell: a loop that takes one command at a time from its terminal and marks where each one's output ends.
import { stampCommand } from './process-stamp.js';
import { COMMAND_MARK } from './process-tree.js';

export const READY = '\u001b_ready\u001b\\';

/**
 * The terminal opened anew, for writing alone: what asks for input there hears at once that there is none, and nothing
 * that runs on in the background can take the next request away from the loop.
 */
const ONLY_TO_WRITE = 'if : >/proc/self/fd/3; then exec 3>/proc/self/fd/3; fi';

/**
 * A request is three lines: nonce, command id, script. The nonce never leaves the loop's memory, so what runs cannot
 * forge its own end by reading arguments or an environment. Each script gets a bash of its own: neither `exit` nor `exec`
 * nor a redefined function reaches the loop. Raw mode: no line limit, no echo, no CR before each LF; what a command did to it is mended
 * after the word of its end, and the loop says when it can be asked again.
 */
const LOOP = `
stty raw -echo
exec 3>&2 2>/dev/null
${process.platform === 'linux' ? ONLY_TO_WRITE : ''}
printf '\\033_ready\\033\\\\'
while IFS= read -r nonce && IFS= read -r id && IFS= read -r script; do
  printf -v script %b "$script"
  ${COMMAND_MARK}=$id bash --noprofile --norc -c "$script" </dev/null >&3 2>&3 3>&-
  code=$?
  printf %d "$code" >"$TMPDIR/${exitFileOf('$nonce')}"
  printf '\\033_%s;%d\\033\\\\' "$nonce" "$code"
  stty raw -echo
  printf '\\033_%s;ready\\033\\\\' "$nonce"
done
`;

/** What the loop says behind the end of a request, once it takes the next one. */
export const readyAfter = (nonce: string): string => `\u001b_${nonce};ready\u001b\\`;

/** Where the loop writes how a command ended, below its temporary folder: a name that the command cannot know before. */
export function exitFileOf(nonce: string): string {
  return `.exit-${nonce}`;
}

/** `tempDir` is set here once more because the sandbox brings its own. */
export function loopCommand(tempDir: string, stamp: number, largestFileBytes: number | null = null): string {
  // Root has no right of its own to a larger file; a core dump would hold what the memory held.
  const files = largestFileBytes === null ? '' : `ulimit -c 0 -f ${Math.ceil(largestFileBytes / 1024)} 2>/dev/null; `;
  return `${files}${stampCommand(stamp)}; export TMPDIR=${quoted(tempDir)}; exec bash --noprofile --norc -c ${quoted(LOOP)}`;
}

/** Without a controlling terminal nothing can wait on /dev/tty for somebody who is not there. */
export function detached(command: string): { file: string; args: string[] } {
  return process.platform === 'linux'
    ? { file: 'setsid', args: ['--wait', 'bash', '-c', command] }
    : { file: 'bash', args: ['-c', command] };
}

export type Request = { nonce: string; commandId: string; command: string; cwd: string; cwdFile: string };

/** Where the command leaves its shell in is written to `cwdFile` at its end. */
export function requestText({ nonce, commandId, command, cwd, cwdFile }: Request): string {
  const script = `trap ${quoted(`pwd -P >${quoted(cwdFile)}`)} EXIT\ncd -- ${quoted(cwd)} || exit\neval ${quoted(command)}`;
  return `${nonce}\n${commandId}\n${script.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}

export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
