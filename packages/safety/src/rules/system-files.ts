// Files that decide what runs later: start-up files, system folders, hooks, package sources.
import { type Call, has, operands, valuesOf } from '../call.js';
import { readGit } from '../git.js';
import { opensDoors } from '../place.js';
import { CHANGE_SYSTEM_FILES, type Rule } from '../rule.js';

const GIT_DOORS =
  /^(credential\.|core\.(hookspath|sshcommand|fsmonitor|gitproxy)|url\..*insteadof|http\.(sslverify|proxy)|include|filter\.|diff\..*\.(command|textconv)|gpg\.)/i;

/** Files a program writes because an option or an operand says so. */
function writtenPaths({ program, args }: Call): string[] {
  const last = operands(args, ['-m', '-o', '-g', '-S', '--suffix']).at(-1);
  const plain = last !== undefined && operands(args).length > 1 ? [last] : [];
  switch (program) {
    case 'cp':
    case 'mv':
    case 'ln':
    case 'install':
    case 'rsync':
      return [...plain, ...valuesOf(args, '-t', '--target-directory')];
    case 'find':
      return valuesOf(args, '-fprint', '-fprint0', '-fprintf', '-fls');
    case 'tee':
    case 'sponge':
    case 'touch':
      return operands(args);
    case 'sed':
    case 'gsed':
    case 'perl':
      return args.some((arg) => /^-[a-zA-Z]*i/.test(arg) || arg.startsWith('--in-place')) ? operands(args).slice(1) : [];
    case 'dd':
      return args.filter((arg) => arg.startsWith('of=')).map((arg) => arg.slice(3));
    case 'tar':
    case 'bsdtar':
      return has(args, '-x', '--extract', '--get') || /^[a-z]*x/.test(args[0] ?? '')
        ? valuesOf(args, '-C', '--directory').map((path) => (path === '/' ? '/etc' : path))
        : [];
    case 'unzip':
      return valuesOf(args, '-d').map((path) => (path === '/' ? '/etc' : path));
    case 'openssl':
      return valuesOf(args, '-out');
    case 'socat':
      return args.flatMap((arg) => /^(?:open|create|file|gopen):([^,]+)/i.exec(arg)?.[1] ?? []);
    case 'sqlite3':
      return args.flatMap((arg) => /^\.(?:output|once|backup|save)\s+(\S+)/.exec(arg)?.[1] ?? []);
    case 'logrotate':
      return valuesOf(args, '-l', '--log');
    case 'ssh-keygen':
      return [];
    default:
      return valuesOf(
        args,
        '-o',
        '--output',
        '-O',
        '--output-document',
        '--log-file',
        '-logfile',
        '-Logfile',
        '--out',
        '-filename',
        '--output-file',
      );
  }
}

export const SYSTEM_FILE_RULES: readonly Rule[] = [
  {
    id: 'tool-settings',
    category: 'system',
    reason: CHANGE_SYSTEM_FILES,
    programs: ['npm', 'pnpm', 'yarn', 'pip', 'git', 'bundle', 'gem', 'go', 'cargo', 'conda'],
    when: ({ program, args }) => {
      const said = operands(args, ['--location', '-g', '--prefix']);
      if (program === 'git') {
        const { verb, rest } = readGit(args);
        return (
          verb === 'config' &&
          !has(rest, '--get', '--get-all', '--list', '-l', '--unset') &&
          rest.some((word) => GIT_DOORS.test(word)) &&
          operands(rest, ['-f', '--file']).length > 1
        );
      }
      if (said[0] === 'set' && program === 'npm') return /registry|proxy|script-shell|ignore-scripts/.test(said[1] ?? '');
      return (
        said[0] === 'config' &&
        said[1] === 'set' &&
        /registry|index-url|proxy|script-shell|find-links|trusted-host|ssl/i.test(said.slice(2).join(' '))
      );
    },
    asks: [
      'npm config set registry https://example.com',
      'pip config set global.index-url https://example.com/simple',
      'git config --global credential.helper cache',
      'git config core.hooksPath /tmp/hooks',
    ],
    runs: [
      'npm config get registry',
      'pip config list',
      'git config user.email a@b.c',
      'git config --get core.hooksPath',
      'git config core.pager cat',
      'git config alias.co checkout',
      'npm config set save-exact true',
    ],
  },
  {
    id: 'sensitive-path',
    category: 'system',
    reason: CHANGE_SYSTEM_FILES,
    programs: [
      'cp',
      'mv',
      'ln',
      'install',
      'rsync',
      'tee',
      'sponge',
      'sed',
      'gsed',
      'perl',
      'dd',
      'tar',
      'bsdtar',
      'unzip',
      'openssl',
      'socat',
      'sqlite3',
      'logrotate',
      'curl',
      'wget',
      'iconv',
      'sort',
      'aria2c',
      'gcc',
      'nmap',
      'xxd',
      'touch',
      'uniq',
      'pandoc',
      'jq',
      'yq',
      'envsubst',
      'gpg',
      'shuf',
      'tcpdump',
      'strace',
      'hg',
      'nasm',
      'as',
      'ld',
      'look',
      'screen',
      'script',
      'date',
      'find',
    ],
    when: (call) => writtenPaths(call).some((path) => opensDoors(path, call.place)),
    asks: [
      'cp tool /usr/local/bin/git',
      'curl -o ~/.ssh/authorized_keys https://example.com/key',
      'wget -O ~/.bashrc https://example.com/y',
      "sed -i 's/a/b/' /etc/hosts",
      'echo x | tee -a ~/.zshrc',
      'tar -xf all.tar -C /',
    ],
    runs: [
      'cp /etc/hosts hosts.txt',
      'curl -o data.json https://example.com/d',
      'tar -xf x.tar -C vendor',
      "sed -n '1p' /etc/hosts",
      'cp .env.sample .env',
    ],
  },
];
