// Options, variables and operands that are shell lines though the program is no shell: editors, pagers, hooks, filters.
import { firstOperand, has, operands, valuesOf } from './call.js';
import { readGit } from './git.js';

type Carried = (args: readonly string[]) => readonly string[];

const options =
  (...names: readonly string[]): Carried =>
  (args) =>
    valuesOf(args, ...names);

/** Editors take `:!command`, debuggers `!command`. */
const bang =
  (...names: readonly string[]): Carried =>
  (args) =>
    [...valuesOf(args, ...names), ...args.filter((arg) => arg.startsWith('+'))].flatMap(
      (value) => /^\+?:?\s*(?:!|shell\s|silent\s*!)\s*(.+)$/s.exec(value)?.[1] ?? [],
    );

const CARRIERS = new Map<string, Carried>(
  Object.entries<Carried>({
    git: gitLines,
    gcc: (args) => valuesOf(args, '-wrapper').map((words) => words.replaceAll(',', ' ')),
    rpm: (args) => valuesOf(args, '--eval', '-E').flatMap((macro) => /%\((.*)\)/s.exec(macro)?.[1] ?? []),
    sort: options('--compress-program'),
    tar: (args) => [
      ...valuesOf(args, '--checkpoint-action').map((action) => action.replace(/^exec=/, '')),
      ...valuesOf(args, '--to-command', '-I', '--use-compress-program', '--rsh-command', '-F', '--info-script'),
    ],
    rsync: options('-e', '--rsh', '--rsync-path'),
    ssh: sshLines,
    tmux: (args) =>
      /^send(-keys)?$/.test(args[0] ?? '')
        ? [
            operands(args.slice(1), ['-t', '-N'])
              .filter((key) => !/^(Enter|C-\w|Space)$/.test(key))
              .join(' '),
          ]
        : [],
    screen: (args) => (args.includes('stuff') ? args.slice(args.indexOf('stuff') + 1) : []),
    scp: (args) => [...sshLines(args), ...valuesOf(args, '-S')],
    sftp: sshLines,
    rg: options('--pre', '--hostname-bin'),
    split: options('--filter'),
    man: options('-P', '--pager', '-H', '--html'),
    gem: options('-e', '--editor'),
    pip: options('--editor'),
    latexmk: (args) => args.flatMap((arg) => /^-(?:pdf|xe|lua)?latex=(.+)$/.exec(arg)?.[1] ?? []),
    make: (args) => [...valuesOf(args, '--eval', '-E').flatMap(recipes), ...args.flatMap((arg) => /^SHELL=(.+)$/.exec(arg)?.[1] ?? [])],
    zip: options('-TT', '--unzip-command'),
    vim: bang('-c', '--cmd'),
    nvim: bang('-c', '--cmd'),
    vi: bang('-c', '--cmd'),
    ex: bang('-c', '--cmd'),
    view: bang('-c', '--cmd'),
    less: bang(),
    more: bang(),
    gdb: bang('-ex', '-iex', '--ex'),
    lldb: bang('-o', '--one-line'),
    lftp: bang('-c', '-e'),
    aria2c: options('--on-download-complete', '--on-download-start', '--on-download-error', '--on-bt-download-complete'),
    go: options('-exec', '-toolexec', '--exec', '--toolexec'),
    socat: (args) => args.flatMap((arg) => /^(?:exec|system|shell):(.+)$/is.exec(arg)?.[1] ?? []),
    cmd: (args) => (/^[/-][ck]$/i.test(args[0] ?? '') ? [args.slice(1).join(' ')] : []),
    pwsh: options('-c', '-Command', '-command'),
    powershell: options('-c', '-Command', '-command'),
    fzf: (args) => [
      ...valuesOf(args, '--preview'),
      ...valuesOf(args, '--bind').flatMap((bind) => /(?:execute|become|reload)[^(]*\((.*)\)/.exec(bind)?.[1] ?? []),
    ],
    concurrently: (args) => operands(args, ['-n', '--names', '-c', '-p']),
    tcpdump: options('-z', '--postrotate-command'),
    capsh: (args) => (args.includes('--') ? valuesOf(args, '-c') : []),
    expect: (args) =>
      valuesOf(args, '-c').flatMap((script) => [...script.matchAll(/(?:spawn|exec|system)\s+([^;\n]+)/g)].map((match) => match[1] ?? '')),
    cargo: (args) => (args[0] === 'watch' ? valuesOf(args, '-s', '--shell') : []),
    apt: (args) => valuesOf(args, '-o').flatMap((value) => /(?:Pre-Invoke|Post-Invoke)[^=]*=(.+)$/.exec(value)?.[1] ?? []),
    'apt-get': (args) => valuesOf(args, '-o').flatMap((value) => /(?:Pre-Invoke|Post-Invoke)[^=]*=(.+)$/.exec(value)?.[1] ?? []),
  }),
);

const sshLinesOptions = /^(?:ProxyCommand|LocalCommand|KnownHostsCommand|RemoteCommand)[ =]+;?(.+)$/i;

function sshLines(args: readonly string[]): readonly string[] {
  return valuesOf(args, '-o').flatMap((value) => sshLinesOptions.exec(value)?.[1] ?? []);
}

/** Settings of git whose value it runs. */
const GIT_COMMANDS =
  /^(core\.(editor|pager|sshcommand|fsmonitor|gitproxy)|diff\.external|sequence\.editor|pager\.\w+|\w+\.(\w+\.)?(command|textconv|cmd|clean|smudge|helper))$/i;

/** The line a setting makes git run; only an alias that begins with `!` is one. */
const gitSetting = (name: string, value: string): readonly string[] =>
  value !== '' && (GIT_COMMANDS.test(name) || (/^alias\.\w+$/i.test(name) && value.startsWith('!'))) ? [value.replace(/^!/, '')] : [];

function gitLines(args: readonly string[]): readonly string[] {
  const { verb, rest, settings } = readGit(args);
  const remote = args.flatMap((arg) => /^ext::(.+)$/s.exec(arg)?.[1]?.replace(/% /g, '\\ ') ?? []);
  const set = [...remote, ...settings.flatMap((setting) => gitSetting(setting.replace(/=.*$/s, ''), /=(.*)$/s.exec(setting)?.[1] ?? ''))];
  switch (verb) {
    case 'fetch':
    case 'pull':
    case 'clone':
    case 'ls-remote':
    case 'fetch-pack':
      return [...set, ...valuesOf(rest, '--upload-pack', '-u')];
    case 'push':
    case 'send-pack':
      return [...set, ...valuesOf(rest, '--receive-pack', '--exec')];
    case 'rebase':
      return [...set, ...valuesOf(rest, '-x', '--exec')];
    case 'submodule':
      return rest.includes('foreach') ? [...set, foreachLine(rest.slice(rest.indexOf('foreach') + 1))] : set;
    case 'bisect':
      return rest[0] === 'run' ? [...set, rest.slice(1).join(' ')] : set;
    case 'filter-branch':
      return [
        ...set,
        ...valuesOf(
          rest,
          '--tree-filter',
          '--index-filter',
          '--msg-filter',
          '--env-filter',
          '--commit-filter',
          '--parent-filter',
          '--tag-name-filter',
          '--setup',
        ),
      ];
    case 'difftool':
    case 'mergetool':
      return [...set, ...valuesOf(rest, '-x', '--extcmd')];
    case 'grep':
      return [...set, ...rest.flatMap((arg) => /^(?:-O|--open-files-in-pager=)(.+)$/.exec(arg)?.[1] ?? [])];
    case 'config':
      return [...set, ...rest.flatMap((name, at) => gitSetting(name, rest[at + 1] ?? ''))];
    case 'archive':
      return [...set, ...valuesOf(rest, '--exec')];
    default:
      return set;
  }
}

const foreachLine = (words: readonly string[]): string => words.slice(firstOperand(words, [])).join(' ');

/** Programs that hand an input line beginning with `!` to a shell. */
export const bangLines = (program: string, input: string): string[] =>
  /^(ed|ex|vi|vim|ftp|sftp|lftp|debugfs|gdb|tdbtool|less|mail|telnet|bconsole)$/.test(program)
    ? [...input.matchAll(/^\s*:?!(.+)$/gm)].map((match) => match[1] ?? '')
    : [];

/** Recipe lines of a makefile. */
export const recipes = (makefile: string): string[] =>
  [...makefile.matchAll(/(?:^|\n)\t+([^\n]+)|(?:^|\n)[^\n\t:=]+:[^\n=;]*;\s*([^\n]+)|\$\(shell\s+([^)]*)\)/g)].map((match) =>
    (match[1] ?? match[2] ?? match[3] ?? '').replace(/^[@+-]+/, ''),
  );

/** Variables whose value the program they are set for runs. */
const COMMAND_VARIABLES =
  /^(GIT_(EDITOR|PAGER|SSH_COMMAND|SEQUENCE_EDITOR|EXTERNAL_DIFF|ASKPASS|PROXY_COMMAND)|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|PROMPT_COMMAND|LESSOPEN|LESSCLOSE|SSH_ASKPASS|SUDO_ASKPASS|FCEDIT|KUBE_EDITOR|SYSTEMD_(EDITOR|PAGER)|RSYNC_RSH|CVS_RSH|GIT_CONFIG_VALUE_\d+|CC|CXX|TAR_OPTIONS|PS[0124]|FZF_DEFAULT_COMMAND|PERL5DB|BASH_ENV|ENV)$/;

export const isCommandVariable = (name: string): boolean => COMMAND_VARIABLES.test(name);

/** Shell lines among a program's arguments. */
export const carriedLines = (program: string, args: readonly string[]): readonly string[] =>
  has(args, '--help') ? [] : (CARRIERS.get(program)?.(args) ?? []);
