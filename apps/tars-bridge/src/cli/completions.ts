// tars completions: what a shell needs to complete commands and options, made from the table of commands.
import { defineCommand, HELP } from './command.js';
import { COMMANDS } from './commands.js';
import { bash } from './completions/bash.js';
import type { CompletedCommand } from './completions/completed-command.js';
import { fish } from './completions/fish.js';
import { zsh } from './completions/zsh.js';
import { EXIT, Stop } from './exit-code.js';

const SHELLS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = { bash, zsh, fish };

export const completions = defineCommand({
  usage: 'completions bash|zsh|fish',
  details: [
    'bash: add `eval "$(tars completions bash)"` to ~/.bashrc.',
    'zsh: add `eval "$(tars completions zsh)"` to ~/.zshrc, after compinit.',
    'fish: tars completions fish > ~/.config/fish/completions/tars.fish',
  ],
  options: { help: HELP },
  async run({ positionals }, { stdout }) {
    const [shell = '', ...more] = positionals;
    const script = SHELLS[shell];
    if (script === undefined || more.length > 0) throw new Stop(EXIT.usage, 'Which shell? Usage: tars completions bash|zsh|fish.');
    const commands = await Promise.all(
      COMMANDS.map(async ({ name, summary, load }) => ({ name, summary, options: Object.entries((await load()).options) })),
    );
    stdout.write(script(commands));
    return EXIT.ok;
  },
});
