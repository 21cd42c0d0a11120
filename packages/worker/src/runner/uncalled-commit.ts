// Git manners: a commit in the owner's repository is made where the owner asked for one, and nowhere else.
import { basename, resolve } from 'node:path';
import type { Survey } from '@tars/safety';
import { contains } from '../shell/bubblewrap-arguments.js';

/** What adds commits to the branch one is on. */
const COMMITS = new Set(['commit', 'merge', 'cherry-pick', 'revert', 'am', 'rebase', 'tag']);
/** Words of git that take the next word as their own. */
const WITH_A_VALUE = new Set(['-C', '-c', '--git-dir', '--work-tree', '--namespace', '--exec-path']);

const ASKED =
  /\b(?:commit(?:s|ted|ting)?|push(?:ed|es|ing)?|merg(?:e|es|ed|ing)|rebas(?:e|ed|ing)|cherry-pick(?:ed)?|revert(?:ed|ing)?|tag(?:ged)?|releas(?:e|ed)|pull request|PR)\b/i;
const FORBIDDEN = /\b(?:do\s*n[o']t|don't|never|without|not)\s+(?:\w+\s+){0,2}?(?:commit|push)\w*/i;

/** `words`: the goal, and what the owner said since. */
export const asksForCommit = (words: string): boolean => ASKED.test(words) && !FORBIDDEN.test(words);

/** Why the line is not run; null where it commits nothing in the project. */
export function uncalledCommit(calls: Survey['calls'], project: string): string | null {
  const isCommit = calls.some(({ argv: [program, ...words], folder }) => {
    if (basename(program ?? '') !== 'git') return false;
    let at = folder ?? project;
    let index = 0;
    for (; words[index]?.startsWith('-') === true; index++) {
      if (!WITH_A_VALUE.has(words[index] ?? '')) continue;
      if (words[index] === '-C') at = resolve(at, words[index + 1] ?? '');
      index++;
    }
    const [verb, first, ...rest] = words.slice(index);
    if (verb == null || !COMMITS.has(verb) || !contains(project, at)) return false;
    // Looked at, or listed.
    return (
      !(verb === 'tag' && (first === undefined || first === '-l' || first === '--list')) &&
      !['--abort', '--quit', '--dry-run'].includes(first ?? '') &&
      !rest.includes('--dry-run')
    );
  });
  return isCommit
    ? 'Not run: neither the goal nor the owner asks for a commit. Leave the changes uncommitted; the owner gets a suggested commit message with the result, and can ask for the commit then.'
    : null;
}
