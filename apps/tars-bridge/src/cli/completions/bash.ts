// Completion for bash, also for the old one of macOS.
import { type CompletedCommand, valueKind } from './completed-command.js';

const flags = (name: string, short: string | undefined): string[] => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];

export function bash(commands: readonly CompletedCommand[]): string {
  const all = commands.flatMap(({ options }) => options);
  const taking = (kind: ReturnType<typeof valueKind>) =>
    [...new Set(all.flatMap(([name, option]) => (valueKind(option) === kind ? flags(name, option.short) : [])))].join('|');
  const cases = commands.map(
    ({ name, options }) => `    ${name}) words='${options.flatMap(([option, { short }]) => flags(option, short)).join(' ')}' ;;`,
  );
  return `# Completion of tars for bash: eval "$(tars completions bash)"
_tars() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=''
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${commands.map(({ name }) => name).join(' ')} --help --version'
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$previous" in
    ${taking('directory')}) local IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")); return ;;
    ${taking('file')}) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); return ;;
    ${taking('other')}) return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o filenames -F _tars tars
`;
}
