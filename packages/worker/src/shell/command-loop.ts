// The bash side of a shell: a loop that takes one command at a time from its terminal and marks where each one's output ends.
import { stampCommand } from './process-stamp.js';
import { COMMAND_MARK } from './process-tree.js';

export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const READY = '\u001b_ready\u001b\\';

/**
 * The terminal opened anew, for writing alone: what asks for input there hears at once that there is none, and nothing
 * that runs on in the background can take the next request away from the loop.
 */
const ONLY_TO_WRITE = 'if : >/proc/self/fd/3; then exec 3>/proc/self/fd/3; fi';

/** Where a command leaves its shell, below the temporary folder; empty from the moment its bash has its script. */
export const folderFileOf = (commandId: string): string => `.cwd-${commandId}`;

/** What a command's own bash does first: it is there before its script is, so that nobody waits for it to start. */
export const WAITING = `IFS= read -r REPLY || exit; : >"$TMPDIR/${folderFileOf(`$${COMMAND_MARK}`)}"; printf -v REPLY %b "$REPLY"; exec </dev/null; eval "$REPLY"`;

/**
 * A request is announced by nonce and command id, and made by a line, its script. Up to a newline bash reads ahead, and would
 * take the script from who it is for: hence the semicolons. The nonce never leaves the loop's memory, so what runs cannot
 * forge its own end by reading arguments or an environment. Each script has a bash of its own: neither `exit` nor `exec` nor a
 * redefined function reaches the loop. Raw mode: no line limit, no echo, no CR before each LF; what a command did to it is
 * mended after the word of its end, and the loop says when the next one can be announced. A bash that dies before it has its
 * script leaves no exit code where one is looked for after a crash: its command has not begun.
 */
const LOOP = `
stty raw -echo
exec 3>&2 2>/dev/null
${process.platform === 'linux' ? ONLY_TO_WRITE : ''}
printf '\\033_ready\\033\\\\'
while read -r -d ';' nonce && read -r -d ';' id; do
  ${COMMAND_MARK}=$id bash --noprofile --norc -c ${quoted(WAITING)} >&3 2>&3 3>&-
  code=$?
  if [ -e "$TMPDIR/${folderFileOf('$id')}" ]; then printf %d "$code" >"$TMPDIR/${exitFileOf('$nonce')}"; fi
  printf '\\033_%s;%d\\033\\\\' "$nonce" "$code"
  stty raw -echo
  printf '\\033_%s;ready\\033\\\\' "$nonce"
done
`;

/** How the end of a request begins. */
export const endOf = (nonce: string): string => `\u001b_${nonce};`;

/** What the loop says behind the end of a request, once the next one can be announced. */
export const readyAfter = (nonce: string): string => `${endOf(nonce)}ready\u001b\\`;

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

/** What a command is known by: the nonce to the loop alone, the id to all it starts. */
export type Names = { nonce: string; commandId: string };

export const announcement = ({ nonce, commandId }: Names): string => `${nonce};${commandId};`;

export type Request = { command: string; cwd: string; cwdFile: string };

/** Where the command leaves its shell in is written to `cwdFile` at its end. What came before its bash had it leaves no trace. */
export function requestText({ command, cwd, cwdFile }: Request): string {
  const clean = 'unset REPLY; SECONDS=0';
  const script = `${clean}; trap ${quoted(`pwd -P >${quoted(cwdFile)}`)} EXIT\ncd -- ${quoted(cwd)} || exit\neval ${quoted(command)}`;
  return `${script.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}
