// Git acts that lose work: forced and deleting pushes, discarded changes, removed branches and history.
import { type Call, has, operands } from '../call.js';
import { readGit } from '../git.js';
import { isProjectFile } from '../place.js';
import { DELETE_FILES, DISCARD_CHANGES, FORCE_PUSH, REWRITE_HISTORY, type Rule } from '../rule.js';

type Rest = readonly string[];

/** A rule for one subcommand; its help and its rehearsal are left alone. */
const git =
  (verbs: readonly string[], test: (rest: Rest, call: Call) => boolean = () => true) =>
  (call: Call): boolean => {
    const { verb, rest } = readGit(call.args);
    return verbs.includes(verb) && !rest.includes('-h') && test(rest, call);
  };

const VALUED = [
  '-b',
  '-B',
  '-c',
  '-C',
  '-s',
  '--source',
  '--conflict',
  '--pathspec-from-file',
  '-o',
  '--push-option',
  '--repo',
  '--receive-pack',
  '--exec',
  '-t',
];

/** Whether a lone `git checkout` operand names files rather than a branch. */
function looksLikePath(word: string, call: Call): boolean {
  if (/^(\.{1,2}|:\/?|.*\/|.*[*?].*|\.{1,2}\/.*|:[(!/^].*)$/.test(word)) return true;
  if (isProjectFile(word, call.place)) return true;
  return /\.(?!x$|\d)[A-Za-z]\w{0,4}$/.test(word) && !/^(v?\d|release|origin\/)/.test(word);
}

export const GIT_RULES: readonly Rule[] = [
  {
    id: 'git-force-push',
    category: 'version control',
    reason: FORCE_PUSH,
    programs: ['git'],
    when: git(['push'], (rest) => {
      if (rest.includes('-n') || has(rest, '--dry-run')) return false;
      const refs = operands(rest, ['-o', '--push-option', '--repo', '--receive-pack', '--exec']).slice(1);
      return (
        has(rest, '-f', '--force', '--force-with-lease', '--mirror', '--prune', '-d', '--delete') ||
        refs.some((ref) => /^[+:]/.test(ref) && ref !== ':')
      );
    }),
    asks: [
      'git push --force',
      'git push -uf origin trunk',
      'git push origin +main',
      'git push origin :old',
      'git push origin --delete old',
      'git push --force-with-lease origin trunk',
      'git -C lib/core push -f',
      'git push --forc',
    ],
    runs: [
      'git push -u upstream feature/x',
      'git push --tags',
      'git push upstream fix/rm-f',
      'git push --force --dry-run',
      'git help rebase',
      'git push origin HEAD:main',
    ],
  },
  {
    id: 'git-reset-hard',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: git(['reset'], (rest) => has(rest, '--hard', '--merge')),
    asks: ['git reset --hard', 'git reset --hard HEAD~3', 'git -C ../second reset --hard', 'git reset --har'],
    runs: ['git reset', 'git reset --soft HEAD~3', 'git reset HEAD a.ts', 'git reset --hard --help'],
  },
  {
    id: 'git-checkout-files',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: git(['checkout', 'co'], (rest, call) => {
      if (has(rest, '-f', '--force')) return true;
      if (rest.includes('--')) return rest.at(-1) !== '--';
      if (has(rest, '-b', '-B', '--orphan', '--track', '--detach', '-t', '-d')) return false;
      const named = operands(rest, VALUED);
      return (
        has(rest, '-p', '--patch', '--ours', '--theirs', '--pathspec-from-file') ||
        named.length > 1 ||
        (named.length === 1 && looksLikePath(named[0] ?? '', call))
      );
    }),
    asks: [
      'git checkout -- .',
      'git checkout ./lib',
      'git checkout HEAD -- lib',
      'git checkout main src',
      'git checkout -f main',
      'git checkout src/index.ts',
    ],
    runs: [
      'git checkout trunk',
      'git checkout -b feature/x',
      'git checkout feature/login',
      'git checkout -b fix origin/main',
      'git checkout v1.2.0',
      'git checkout -',
    ],
  },
  {
    id: 'git-restore',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: git(['restore'], (rest) => rest.length > 0 && (!has(rest, '-S', '--staged') || has(rest, '-W', '--worktree'))),
    asks: ['git restore .', 'git restore lib/index.ts', 'git restore --staged --worktree .'],
    runs: ['git restore --staged lib', 'git restore -S a.ts'],
  },
  {
    id: 'git-clean',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: (call) =>
      git(
        ['clean'],
        (rest) =>
          !has(rest, '-n', '--dry-run', '-i', '--interactive') &&
          (has(rest, '-f', '--force') ||
            readGit(call.args).settings.some((setting) => /^clean\.requireforce=(false|0|no|off)$/i.test(setting))),
      )(call),
    asks: ['git clean -fd', 'git clean -xdf', 'git -c clean.requireForce=no clean -dx'],
    runs: ['git clean -n', 'git clean -nfd', 'git clean --dry-run -d'],
  },
  {
    id: 'git-stash-drop',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: git(['stash'], (rest) => ['drop', 'clear'].includes(rest[0] ?? '')),
    asks: ['git stash drop', 'git stash clear'],
    runs: ['git stash', 'git stash list', 'git stash pop', 'git stash show -p'],
  },
  {
    id: 'git-overwrite-worktree',
    category: 'version control',
    reason: DISCARD_CHANGES,
    programs: ['git'],
    when: (call) =>
      git(['switch'], (rest) => has(rest, '-f', '--force', '--discard-changes'))(call) ||
      git(['checkout-index'], (rest) => has(rest, '-f', '--force') && !has(rest, '--prefix'))(call) ||
      git(['read-tree'], (rest) => rest.includes('--reset'))(call) ||
      git(['submodule'], (rest) => rest.includes('deinit') && has(rest, '-f', '--force', '--all'))(call) ||
      git(['submodule'], (rest) => rest.includes('update') && has(rest, '-f', '--force'))(call) ||
      git(['worktree'], (rest) => rest[0] === 'remove')(call),
    asks: [
      'git switch -f main',
      'git switch --discard-changes main',
      'git checkout-index -f -a',
      'git read-tree -u --reset HEAD',
      'git submodule deinit -f --all -q',
      'git worktree remove ../wt',
    ],
    runs: [
      'git switch trunk',
      'git switch -c feature',
      'git checkout-index -af --prefix=out/',
      'git submodule update --init',
      'git worktree list',
    ],
  },
  {
    id: 'git-branch-delete',
    category: 'version control',
    reason: REWRITE_HISTORY,
    programs: ['git'],
    when: (call) =>
      git(['branch'], (rest) => has(rest, '-D', '-M', '-C', '-f', '--force'))(call) ||
      git(
        ['update-ref'],
        (rest) => has(rest, '-d', '--delete') || (rest.includes('--stdin') && /^\s*delete\b/m.test(call.input ?? '')),
      )(call) ||
      git(['symbolic-ref'], (rest) => has(rest, '-d', '--delete'))(call) ||
      git(['delete-branch', 'delete-merged-branches', 'delete-squashed-branches', 'delete-submodule', 'obliterate', 'nuke'])(call),
    asks: [
      'git branch -D old',
      'git branch -d -f old',
      'git branch -M stale new',
      'git branch -f trunk HEAD~5',
      'git update-ref -d refs/heads/trunk',
      'git delete-branch old',
    ],
    runs: ['git branch', 'git branch --all', 'git branch feature', 'git branch --list', 'git branch -m new'],
  },
  {
    id: 'git-history',
    category: 'version control',
    reason: REWRITE_HISTORY,
    programs: ['git', 'git-filter-repo', 'bfg'],
    when: (call) =>
      call.program !== 'git' ||
      git(['reflog'], (rest) => ['expire', 'delete'].includes(rest[0] ?? '') && !has(rest, '-n', '--dry-run'))(call) ||
      git(['gc'], (rest) => rest.some((arg) => /^--prune(=(now|all|.*0.*))?$/.test(arg)))(call) ||
      git(['filter-branch', 'filter-repo'])(call) ||
      git(['prune'], (rest) => rest.some((arg) => /^--expire(=now)?$/.test(arg)))(call),
    asks: [
      'git reflog expire --expire=now --all -q',
      'git gc --prune=now -q',
      "git filter-branch --tree-filter 'true' HEAD",
      'git filter-repo --path src',
      'bfg --delete-files secrets.txt',
    ],
    runs: ['git reflog', 'git reflog show trunk', 'git gc', 'git log --oneline'],
  },
  {
    id: 'git-rm',
    category: 'version control',
    reason: DELETE_FILES,
    programs: ['git'],
    when: git(['rm'], (rest) => !has(rest, '--cached', '-n', '--dry-run')),
    asks: ['git rm -r old', 'git rm a.ts'],
    runs: ['git rm --cached .env', 'git rm -n a.ts', 'git mv a.ts b.ts'],
  },
];
