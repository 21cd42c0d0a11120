// What a git command would change, from git's own lists: commits given up, files reset, where a push goes.
import { git } from '../../workspace/git.js';
import { changedFiles } from './kept-in-git.js';
import { counted } from './words.js';

/** Neither fetches what is missing nor speaks any protocol: only what lies here is looked at. */
const OFFLINE = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

const ask = async (cwd: string, args: readonly string[]): Promise<string | null> => {
  try {
    return (await git(cwd, args, OFFLINE)).trim();
  } catch {
    return null;
  }
};

/** `args` follow the word git; null when nothing of note can be told. */
export async function gitEffect(cwd: string, args: readonly string[]): Promise<string | null> {
  const [verb, ...rest] = withoutGlobals(args);
  const named = rest.filter((word) => !word.startsWith('-'));
  switch (verb) {
    case 'push':
      return pushEffect(cwd, rest, named);
    case 'reset':
      return rest.includes('--hard') ? resetEffect(cwd, named[0] ?? 'HEAD') : null;
    case 'checkout':
    case 'restore':
      return `${counted(await changedFiles(cwd), 'changed file')} in the working tree may be put back to what git has.`;
    case 'clean':
      return cleanEffect(cwd, rest);
    case 'branch':
      return rest.some((word) => /^-[a-z]*[dD]|^--delete$/.test(word)) ? branchEffect(cwd, named) : null;
    default:
      return null;
  }
}

const withoutGlobals = (args: readonly string[]): readonly string[] => {
  const at = args.findIndex((word, index) => !word.startsWith('-') && !/^-[cC]$/.test(args[index - 1] ?? ''));
  return at < 0 ? [] : args.slice(at);
};

async function pushEffect(cwd: string, rest: readonly string[], [remote, ref]: readonly string[]): Promise<string> {
  const branch = (ref ?? (await ask(cwd, ['symbolic-ref', '--short', 'HEAD'])) ?? 'HEAD').replace(/^\+/, '');
  const [from = 'HEAD', to = from] = branch.split(':');
  const name = remote ?? (await ask(cwd, ['config', '--get', `branch.${to}.remote`])) ?? 'origin';
  const address = (await ask(cwd, ['remote', 'get-url', '--push', name])) ?? name;
  const where = `${to || 'a branch'} at ${name} (${address.replace(/\/\/[^/@]*@/, '//')})`;
  if (rest.some((word) => /^(--mirror|--all|--tags)$/.test(word))) return `Pushes more than one branch to ${where}.`;
  if (from === '' || rest.some((word) => /^(-d|--delete)$/.test(word))) return `Deletes ${where}.`;
  const counts = await ask(cwd, ['rev-list', '--left-right', '--count', `refs/remotes/${name}/${to}...${from}`]);
  const [lost, added] = counts?.split(/\s+/).map(Number) ?? [];
  if (lost === undefined || added === undefined) return `Pushes to ${where}; what is there now is not known here.`;
  const loses = lost === 0 ? 'nothing there is lost' : `${counted(lost, 'commit')} there would be lost`;
  return `Pushes ${counted(added, 'commit')} to ${where}; ${loses}, as far as was fetched.`;
}

async function resetEffect(cwd: string, target: string): Promise<string> {
  const commits = await ask(cwd, ['rev-list', '--count', `${target}..HEAD`]);
  const left =
    commits === null || commits === '0'
      ? ''
      : ` ${counted(Number(commits), 'commit')} leave the branch (git reflog keeps them for a while).`;
  return `Discards the changes in ${counted(await changedFiles(cwd), 'tracked file')} for good.${left}`;
}

async function cleanEffect(cwd: string, rest: readonly string[]): Promise<string> {
  const flags = rest.filter((word) => /^-[dxXf]+$/.test(word) || word.startsWith('-e')).map((word) => word.replaceAll('f', ''));
  const listed = await ask(cwd, ['clean', '-n', ...flags.filter((flag) => flag !== '-')]);
  const gone = listed?.split('\n').filter((line) => line !== '').length ?? 0;
  return `Deletes ${counted(gone, 'file or folder', 'files and folders')} that git does not have, for good.`;
}

async function branchEffect(cwd: string, names: readonly string[]): Promise<string | null> {
  const [name] = names;
  const only =
    name === undefined ? null : await ask(cwd, ['rev-list', '--count', name, '--not', '--exclude', name, '--branches', '--remotes']);
  return only === null ? null : `${counted(Number(only), 'commit')} would be on no other branch.`;
}
