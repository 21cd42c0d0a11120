// tars completions: what a shell needs to complete commands and options, made from the table of commands; and the tasks there are, which the scripts ask for.
import { defineCommand, HELP } from './command.js';
import { COMMANDS } from './commands.js';
import { bash } from './completions/bash.js';
import { type CompletedCommand, completed } from './completions/completed-command.js';
import { fish } from './completions/fish.js';
import { taskLines } from './completions/task-ids.js';
import { zsh } from './completions/zsh.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import type { Terminal } from './terminal.js';
import { withControl } from './with-control.js';

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = { bash, zsh, fish };

const TASKS = 'tasks';

export const completions = defineCommand({
  usage: 'completions bash|zsh|fish',
  details: [
    'bash: add `eval "$(tars completions bash)"` to ~/.bashrc.',
    'zsh: add `eval "$(tars completions zsh)"` to ~/.zshrc, after compinit.',
    'fish: tars completions fish > ~/.config/fish/completions/tars.fish',
  ],
  options: { help: HELP },
  async run({ positionals }, terminal) {
    const [shell = '', ...more] = positionals;
    if (shell === TASKS && more.length === 0) return printTasks(terminal);
    const script = SHELLS[shell];
    if (script === undefined || more.length > 0) throw new Stop(EXIT.usage, 'Which shell? Usage: tars completions bash|zsh|fish.');
    const commands = await Promise.all(COMMANDS.map(async ({ name, summary, load }) => completed(await load(), name, summary)));
    terminal.stdout.write(script(commands));
    return EXIT.ok;
  },
});

/** What the scripts ask for; whatever stands in the way, a person who presses Tab wants no message. */
async function printTasks(terminal: Terminal): Promise<number> {
  try {
    const tasks = await withControl(readSettings(terminal, undefined), terminal, ({ store }) => store.list());
    terminal.stdout.write(taskLines(tasks));
  } catch {
    // Nothing is offered.
  }
  return EXIT.ok;
}
