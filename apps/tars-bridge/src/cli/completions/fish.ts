// Completion for fish.
import type { Option } from '../command.js';
import { type Argument, type CompletedCommand, valueKind } from './completed-command.js';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const VALUE = { directory: " -x -a '(__fish_complete_directories)'", file: ' -r -F', other: ' -x', none: '' } as const;

const valueClause = (option: Option): string => {
  const kind = valueKind(option);
  return kind === 'choices' ? ` -x -a ${quoted(option.choices?.join(' ') ?? '')}` : VALUE[kind];
};

const offered = (argument: NonNullable<Argument>): string =>
  quoted(argument === 'task' ? '(tars completions tasks 2>/dev/null)' : argument.join(' '));

export function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options, arguments: taken }) => [
    `complete -c tars -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...options.map(([option, config]) => {
      const short = config.short === undefined ? '' : ` -s ${config.short}`;
      return `complete -c tars -n '__fish_seen_subcommand_from ${name}' -l ${option}${short}${valueClause(config)} -d ${quoted(config.help)}`;
    }),
    ...taken.flatMap((argument, place) =>
      argument === null ? [] : [`complete -c tars -n '__tars_at ${name} ${place}' -k -a ${offered(argument)}`],
    ),
  ]);
  return `# Completion of tars for fish: tars completions fish > ~/.config/fish/completions/tars.fish
function __tars_at
  set -l words (commandline -opc | string match -v -- '-*')
  test (count $words) -eq (math $argv[2] + 2); and test "$words[2]" = $argv[1]
end
complete -c tars -f
${lines.join('\n')}
`;
}
