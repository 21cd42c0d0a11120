// Completion for zsh.
import type { Option } from '../command.js';
import { type CompletedCommand, valueKind } from './completed-command.js';

/** Text inside single quotes, where brackets and colons mean something to the completion system. */
const literal = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");

const ACTION = { directory: ':folder:_files -/', file: ':file:_files', other: ':value: ', none: '' } as const;

function spec(name: string, option: Option): string {
  const kind = valueKind(option);
  const many = option.multiple === true ? '*' : '';
  const long = `'${many}--${name}${kind === 'none' ? '' : '='}[${literal(option.help)}]${ACTION[kind]}'`;
  return option.short === undefined ? long : `${long} '${many}-${option.short}[${literal(option.help)}]${ACTION[kind]}'`;
}

export function zsh(commands: readonly CompletedCommand[]): string {
  const table = commands.map(({ name, summary }) => `    '${name}:${literal(summary)}'`);
  const cases = commands.map(
    ({ name, options }) => `    ${name}) _arguments ${options.map(([option, config]) => spec(option, config)).join(' ')} '*: : ' ;;`,
  );
  return `#compdef tars
# Completion of tars for zsh: eval "$(tars completions zsh)"
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
