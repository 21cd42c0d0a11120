// How to go on after a command that nobody was there to answer: data, tried in this order.
import type { CommandResult } from '../shell/shell.js';

export type Advice = {
  /** What the end of the output shows; absent: whatever it shows. */
  sign?: RegExp;
  /** How the command was stopped; absent: it ended by itself. */
  stopped?: NonNullable<CommandResult['stopped']>['kind'];
  text: string;
  /** The end of an output that shows it. */
  example: string;
};

/** Signs stand near the end. */
const LOOKED_AT_CHARS = 4_000;

export const ADVICE: readonly Advice[] = [
  {
    sign: /problem with the editor|Terminal is dumb, but EDITOR unset|Please supply the message using either/,
    text: 'there is no editor here. Give the text on the command line: git commit -m "…", git commit --amend --no-edit, GIT_EDITOR=true git rebase --continue.',
    example: "error: There was a problem with the editor 'false'.",
  },
  {
    sign: /sudo: .*(password|terminal is required|askpass)/,
    text: 'nobody can type a password for sudo. Do it without elevated privileges, inside the project, or ask the owner with ask_user.',
    example: 'sudo: a terminal is required to read the password',
  },
  {
    sign: /could not read (Username|Password) for|Permission denied \(publickey|Host key verification failed|terminal prompts disabled/,
    text: "the owner's credentials are not available to commands. Work without the remote; the owner is asked when a push needs them.",
    example: "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
  },
  {
    sign: /EOFError|EOF when reading|unexpected end of (input|file) while reading|readline was closed|User force closed the prompt|not a TTY|isn't a TTY|stdin is not a (tty|terminal)|[Ii]nput is not from a terminal/,
    text: 'it reads from standard input, which is empty here. Use its non-interactive flags (-y, --yes, --no-input), or give the input: printf "…" | command.',
    example: 'EOFError: EOF when reading a line',
  },
  {
    sign: /failed tty get|Error opening terminal|cannot open terminal|TERM environment variable|terminal is not fully functional|open terminal failed/,
    text: 'there is no screen to draw on. Use the batch form (top -b -n 1, cat in place of less, sed or edit_file in place of an editor).',
    example: 'top: failed tty get',
  },
  {
    stopped: 'waits for input',
    text: 'there is no terminal to answer on. Use non-interactive flags (-y, --yes, --no-input, --batch), or give the input: printf "…" | command.',
    example: 'Overwrite? [y/N]',
  },
  {
    stopped: 'silent',
    text: 'it hung, or waits for something that does not come. Look for the cause with a smaller step; a server belongs into the background: command >server.log 2>&1 &.',
    example: '',
  },
  {
    stopped: 'printed too much',
    text: 'it does not stop by itself, or says far too much. Limit it: command | head -n 200, or write to a file and look at parts of it.',
    example: 'y\ny\ny',
  },
  {
    stopped: 'timed out',
    text: 'give it more time with timeout_seconds (at most 600), do less at once, or run a server in the background: command >server.log 2>&1 &.',
    example: '',
  },
];

/** Null where nothing is known to help. */
export function adviceFor({ output, stopped }: Pick<CommandResult, 'output' | 'stopped'>): string | null {
  const end = output.slice(-LOOKED_AT_CHARS);
  return ADVICE.find(({ sign, stopped: kind }) => (sign === undefined ? kind === stopped?.kind : sign.test(end)))?.text ?? null;
}
