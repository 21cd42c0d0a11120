// What a yes is bound to besides the bytes: the folder, what its words name, the scripts it reads, git's settings, and variables that steer programs.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Survey } from '@tars/safety';

export type Bound = Readonly<Record<string, string>>;

/** Variables that decide which program runs, or make one run more than it was asked to. */
const STEERS =
  /^(PATH|HOME|ENV|BASH_ENV|BASH_FUNC_.*|SHELL|SHELLOPTS|BASHOPTS|IFS|CDPATH|GIT_.*|SSH_.*|LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|NPM_CONFIG_.*|npm_config_.*|PYTHON.*|PERL5.*|PERLLIB|RUBY.*|GEM_.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|CLASSPATH|LUA_.*|MAKEFLAGS|EDITOR|VISUAL|PAGER)$/;
const MOST_WORDS = 100;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function boundOf(
  { calls, scripts }: Survey,
  { cwd, project, environment }: { cwd: string; project: string; environment: NodeJS.ProcessEnv },
): Promise<Bound> {
  const name = (path: string) => relative(project, path) || '.';
  const files = [...scripts, ...(calls.some(({ argv }) => argv[0] === 'git') ? await gitSettings(cwd) : [])];
  const entries = await Promise.all([
    (async () => ['the folder', await identity(cwd)] as const)(),
    ...files.map(async (path) => [`file ${name(path)}`, await content(path)] as const),
    ...wordsOf({ calls, scripts }).map(async (path) => [`path ${name(path)}`, await meaning(path)] as const),
  ]);
  const variables = Object.entries(environment).filter(([variable, value]) => STEERS.test(variable) && value !== undefined);
  return Object.fromEntries([...entries, ...variables.map(([variable, value]) => [`variable ${variable}`, hash(value ?? '')])]);
}

/** What is no longer as it was, in words. */
export function changesBetween(before: Bound, after: Bound): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
  return `changed since it was asked: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
}

/** Every word that may name a file, where it would be looked for. */
function wordsOf({ calls }: Survey): string[] {
  const paths = calls.flatMap(({ argv, folder }) =>
    folder === null
      ? []
      : argv
          .slice(1)
          .flatMap((word) =>
            word === null || word === '' || word.startsWith('-') || word.length > 1_000 || word.includes('\0')
              ? []
              : [resolve(folder, word)],
          ),
  );
  return [...new Set(paths)].slice(0, MOST_WORDS);
}

/** Where a path really leads: through links, to which file or folder. */
async function meaning(path: string): Promise<string> {
  try {
    const { ino, mode } = await lstat(path);
    return hash(`${await realpath(path).catch(() => 'nowhere')}\n${ino}\n${mode & 0o170000}`);
  } catch {
    return 'absent';
  }
}

async function identity(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder);
  return hash(`${await realpath(folder)}\n${dev}\n${ino}`);
}

async function content(path: string): Promise<string> {
  try {
    const digest = createHash('sha256').update(`${await realpath(path)}\n`);
    await pipeline(createReadStream(path), digest);
    return digest.digest('hex');
  } catch {
    return 'absent';
  }
}

/** What decides where a push goes, what a reset gives up, and which hooks run beside it. */
async function gitSettings(cwd: string): Promise<string[]> {
  let folder = cwd;
  while (!existsSync(join(folder, '.git')) && folder !== dirname(folder)) folder = dirname(folder);
  const dotGit = join(folder, '.git');
  const linked = /^gitdir: (.+)$/m.exec(await readFile(dotGit, 'utf8').catch(() => ''))?.[1];
  const gitDir = linked === undefined ? dotGit : resolve(folder, linked);
  const head = await readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => '');
  const branch = /^ref: (\S+)/.exec(head)?.[1];
  const hooks = (await readdir(join(gitDir, 'hooks')).catch(() => [])).filter((name) => !name.endsWith('.sample'));
  return [...['HEAD', 'config', 'packed-refs', ...(branch === undefined ? [] : [branch])], ...hooks.map((name) => join('hooks', name))].map(
    (name) => join(gitDir, name),
  );
}
