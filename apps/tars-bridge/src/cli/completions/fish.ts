// Completion for fish.
import { type CompletedCommand, valueKind } from './completed-command.js';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const VALUE = { directory: " -x -a '(__fish_complete_directories)'", file: ' -r -F', other: ' -x', none: '' } as const;

export function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c tars -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...options.map(([option, config]) => {
      const short = config.short === undefined ? '' : ` -s ${config.short}`;
      return `complete -c tars -n '__fish_seen_subcommand_from ${name}' -l ${option}${short}${VALUE[valueKind(config)]} -d ${quoted(config.help)}`;
    }),
  ]);
  return `# Completion of tars for fish: tars completions fish > ~/.config/fish/completions/tars.fish\ncomplete -c tars -f\n${lines.join('\n')}\n`;
}
