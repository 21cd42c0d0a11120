// Completion for zsh.
import type { Option } from '../command.js';
import { type Argument, type CompletedCommand, valueKind } from './completed-command.js';

/** Text inside single quotes, where brackets and colons mean something to the completion system. */
const literal = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");

const ACTION = { directory: ':folder:_files -/', file: ':file:_files', other: ':value: ', none: '' } as const;

function action(option: Option): string {
  const kind = valueKind(option);
  return kind === 'choices' ? `:value:(${option.choices?.join(' ')})` : ACTION[kind];
}

function spec(name: string, option: Option): string {
  const many = option.multiple === true ? '*' : '';
  const equals = valueKind(option) === 'none' ? '' : '=';
  const long = `'${many}--${name}${equals}[${literal(option.help)}]${action(option)}'`;
  return option.short === undefined ? long : `${long} '${many}-${option.short}[${literal(option.help)}]${action(option)}'`;
}

const place = (argument: Argument, index: number): string => {
  const offered = argument === null ? ' ' : argument === 'task' ? '_tars_tasks' : `(${argument.join(' ')})`;
  return `'${index + 1}: :${offered}'`;
};

export function zsh(commands: readonly CompletedCommand[]): string {
  const table = commands.map(({ name, summary }) => `    '${name}:${literal(summary)}'`);
  const cases = commands.map(({ name, options, arguments: taken }) => {
    const specs = [...options.map(([option, config]) => spec(option, config)), ...taken.map(place), "'*: : '"];
    return `    ${name}) _arguments ${specs.join(' ')} ;;`;
  });
  return `#compdef tars
# Completion of tars for zsh: eval "$(tars completions zsh)"
_tars_tasks() {
  local -a tasks
  tasks=("\${(@f)$(tars completions tasks 2>/dev/null)}")
  tasks=("\${(@)tasks/$'\\t'/:}")
  _describe -V 'task' tasks
}
_tars() {
  local -a commands
  commands=(
${table.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
compdef _tars tars
`;
}
