// Programs that remove files, whatever the target.
import { has, operands } from '../call.js';
import { DELETE_FILES, DISCARD_CHANGES, type Rule } from '../rule.js';

const firstIs = (args: readonly string[], ...verbs: readonly string[]): boolean => verbs.includes(operands(args)[0] ?? '');

export const FILE_RULES: readonly Rule[] = [
  {
    id: 'rm',
    category: 'files',
    reason: DELETE_FILES,
    programs: [
      'rm',
      'unlink',
      'rmdir',
      'srm',
      'shred',
      'scrub',
      'wipe',
      'rimraf',
      'del-cli',
      'del',
      'erase',
      'rd',
      'Remove-Item',
      'trash-rm',
      'secure-delete',
      'sfill',
    ],
    when: ({ args }) => args.length > 0,
    asks: ['rm old_backup.py', 'rm -rf build', 'unlink a.txt', 'shred -u key.pem', 'rmdir leftover', 'npx rimraf dist', 'yarn rimraf dist'],
    runs: ['rm --help', 'ls rm', 'npm install rimraf'],
  },
  {
    id: 'empty-trash',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['gio', 'trash-empty', 'gomi', 'kioclient'],
    when: ({ program, args }) => program === 'trash-empty' || has(args, '--empty', '--prune') || firstIs(args, 'remove'),
    asks: ['gio trash --empty --quiet', 'trash-empty', 'gio remove a.txt'],
    runs: ['gio trash old.txt', 'gio list'],
  },
  {
    id: 'find-delete',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['find'],
    when: ({ args }) => args.includes('-delete'),
    asks: ["find . -name '*.pyc' -delete"],
    runs: ["find . -name '*.pyc'", 'find . -name delete'],
  },
  {
    id: 'copy-and-delete',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['rsync', 'tar', 'bsdtar', 'zip'],
    when: ({ program, args }) =>
      program === 'rsync'
        ? has(args, '--remove-source-files') || (args.some((arg) => /^--del(ete.*)?$/.test(arg)) && !has(args, '-n', '--dry-run'))
        : program === 'zip'
          ? has(args, '-m', '--move')
          : args.includes('--remove-files'),
    asks: [
      'rsync -a --delete src/ backup/',
      'rsync -a --remove-source-files a/ b/',
      'tar --remove-files -cf out.tar lib',
      'zip -m a.zip a.txt',
    ],
    runs: ['rsync -a src/ backup/', 'rsync -an --delete src/ backup/', 'tar -cf out.tar src', 'zip -r a.zip src'],
  },
  {
    id: 'move-away',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['mv'],
    when: ({ args }) => operands(args).length > 1 && args.at(-1) === '/dev/null',
    asks: ['mv notes.md /dev/null'],
    runs: ['mv a.ts b.ts'],
  },
  {
    id: 'remote-files',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['rclone', 'sftp', 'ftp', 'lftp', 'mdel', 'mdeltree', 'smbclient'],
    when: ({ program, args, input }) =>
      program.startsWith('mdel') ||
      (program === 'rclone'
        ? firstIs(args, 'delete', 'deletefile', 'purge', 'rmdir', 'rmdirs', 'cleanup', 'sync', 'move')
        : /(^|[;\n'"]|&&)\s*(rm|mrm|rmdir|del|delete|mdel|mdelete|deltree)\b/.test([...args.slice(1), input ?? ''].join('\n'))),
    asks: ['rclone purge remote:assets', "lftp -e 'rm -r /site; bye' ftp.example.com", "sftp host <<< 'rm *.log'"],
    runs: ['rclone ls remote:bucket', "lftp -e 'ls; bye' ftp.example.com", 'rclone purge remote:bucket --dry-run'],
  },
  {
    id: 'fleet-files',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['ansible', 'salt', 'puppet'],
    when: ({ args }) => /\b(state=absent|file\.(remove|absent)|ensure\s*=>\s*absent)\b/.test(args.join(' ')),
    asks: ["ansible all -m file -a 'path=/tmp/x state=absent'", "salt '*' file.remove /tmp/x"],
    runs: ['ansible all -m ping', "ansible all -m file -a 'path=/tmp/x state=directory'"],
  },
  {
    id: 'versioned-files',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['svn', 'hg', 'dvc', 'bzr', 'cvs'],
    when: ({ program, args }) =>
      program === 'dvc'
        ? firstIs(args, 'destroy', 'gc')
        : program === 'svn'
          ? firstIs(args, 'rm', 'delete', 'remove', 'del') || (firstIs(args, 'cleanup') && has(args, '--remove-unversioned'))
          : firstIs(args, 'purge', 'clean-tree'),
    asks: ['svn rm --force lib', 'dvc destroy --force', 'hg purge'],
    runs: ['svn status', 'hg log', 'dvc status'],
  },
  {
    id: 'other-discard',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['hg', 'svn', 'jj', 'p4', 'bzr', 'fossil', 'dolt'],
    when: ({ program, args }) => {
      if (program === 'jj') return firstIs(args, 'abandon', 'restore');
      if (program === 'dolt') return firstIs(args, 'reset') && has(args, '--hard');
      return (
        firstIs(args, 'revert', 'strip', 'rollback') ||
        (program === 'hg' && firstIs(args, 'update', 'up', 'checkout', 'co') && has(args, '-C', '--clean'))
      );
    },
    asks: ['hg revert --all', 'hg update -C', 'svn revert -R .', 'jj abandon', 'dolt reset --hard'],
    runs: ['hg update', 'svn update', 'jj log', 'dolt status'],
  },
  {
    id: 'duplicates-and-age',
    category: 'files',
    reason: DELETE_FILES,
    programs: ['fdupes', 'jdupes', 'tmpwatch', 'tmpreaper', 'bleachbit', 'rdfind', '7z', '7za', '7zr'],
    when: ({ program, args }) =>
      program.startsWith('7z')
        ? args[0] === 'd'
        : program === 'rdfind'
          ? args.includes('-deleteduplicates')
          : program === 'bleachbit'
            ? has(args, '-c', '--clean')
            : program.startsWith('tmp') || has(args, '-d', '--delete'),
    asks: ['fdupes -dN photos', 'tmpreaper 7d /tmp', 'bleachbit --clean system.cache', '7z d a.zip secret.txt'],
    runs: ['fdupes photos', 'bleachbit --list', '7z l a.zip'],
  },
];
