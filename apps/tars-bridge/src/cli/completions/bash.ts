// Completion for bash, also for the old one of macOS.
import { type CompletedCommand, valueKind } from './completed-command.js';

const flags = (name: string, short: string | undefined): string[] => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];

export function bash(commands: readonly CompletedCommand[]): string {
  const all = commands.flatMap(({ options }) => options);
  const taking = (kind: ReturnType<typeof valueKind>) =>
    [...new Set(all.flatMap(([name, option]) => (valueKind(option) === kind ? flags(name, option.short) : [])))].join('|');
  const choices = all.flatMap(([name, option]) =>
    option.choices === undefined
      ? []
      : [`    ${flags(name, option.short).join('|')}) COMPREPLY=($(compgen -W '${option.choices.join(' ')}' -- "$current")); return ;;`],
  );
  const options = commands.map(
    ({ name, options }) => `    ${name}) words='${options.flatMap(([option, { short }]) => flags(option, short)).join(' ')}' ;;`,
  );
  const places = commands.flatMap(({ name, arguments: taken }) =>
    taken.flatMap((argument, place) => {
      if (argument === null) return [];
      const words = argument === 'task' ? `"$("\${COMP_WORDS[0]}" completions tasks 2>/dev/null | cut -f1)"` : `'${argument.join(' ')}'`;
      return [`      ${name}:${place}) words="$words "${words} ;;`];
    }),
  );
  return `# Completion of tars for bash: eval "$(tars completions bash)"
_tars() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words='' place=0 word
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${commands.map(({ name }) => name).join(' ')} --help --version'
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$previous" in
    ${taking('directory')}) local IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")); return ;;
    ${taking('file')}) local IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); return ;;
${choices.join('\n')}
    ${taking('other')}) return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac
  if [ "\${current#-}" = "$current" ]; then
    for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do [ "\${word#-}" = "$word" ] && place=$((place + 1)); done
    case "\${COMP_WORDS[1]}:$place" in
${places.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o filenames -F _tars tars
`;
}
