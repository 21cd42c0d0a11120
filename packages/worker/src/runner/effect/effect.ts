// What a command would do to the world, computed from the world as it is, in one line. Only looks; what cannot be known is said.
import { within } from '@tars/core';
import type { Survey } from '@tars/safety';
import { gitEffect } from './git-effect.js';
import { keptInGit } from './kept-in-git.js';
import { processEffect } from './processes.js';
import { rowEffect } from './rows.js';
import { targetsOf } from './targets.js';
import { counted, size } from './words.js';

const UNKNOWN = 'What it would change is not known before it runs.';
/** A person waits for the question. */
const LOOK_MS = 3_000;
const MOST_PARTS = 4;

const DELETES = new Set(['rm', 'unlink', 'rmdir', 'shred', 'rimraf', 'del-cli', 'trash']);
const DATABASES = /^(sqlite3?|psql|mysql|mariadb|mongosh?|redis-cli)$/;

export async function effectOf(calls: Survey['calls'], project: string): Promise<string> {
  try {
    const parts = await within(LOOK_MS, 'The look at the effect', partsOf(calls, project));
    const told = [...new Set(parts)];
    return told.length === 0 ? UNKNOWN : `${told.slice(0, MOST_PARTS).join(' ')}${told.length > MOST_PARTS ? ' And more.' : ''}`;
  } catch {
    return UNKNOWN;
  }
}

async function partsOf(calls: Survey['calls'], project: string): Promise<string[]> {
  const parts: string[] = [];
  for (const { argv, folder } of calls) {
    const part = await partOf(argv, folder, project);
    if (part !== null) parts.push(part);
  }
  return parts;
}

async function partOf(argv: readonly (string | null)[], folder: string | null, project: string): Promise<string | null> {
  const [program, ...words] = argv;
  if (program === undefined || program === null) return null;
  const known = words.filter((word) => word !== null);
  if (DELETES.has(program)) {
    return folder === null || known.length < words.length
      ? 'Which files it deletes is only known when it runs.'
      : deletion(folder, known, project);
  }
  if (program === 'git') return folder === null ? null : gitEffect(folder, known);
  if (/^(kill|pkill|killall)$/.test(program)) return processEffect(program, known);
  if (/^(chmod|chown|chgrp)$/.test(program)) return folder === null ? null : permissions(folder, known);
  return DATABASES.test(program) && folder !== null ? rowEffect(program, folder, known) : null;
}

function operands(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const before = (end < 0 ? words : words.slice(0, end)).filter((word) => !word.startsWith('-'));
  return end < 0 ? before : [...before, ...words.slice(end + 1)];
}

async function deletion(folder: string, words: readonly string[], project: string): Promise<string> {
  const { files, folders, more } = await targetsOf(folder, operands(words));
  if (files.length + folders === 0) return 'Deletes nothing: there is no such file now.';
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const what = `Deletes ${more ? 'more than ' : ''}${counted(files.length, 'file')}${folders === 0 ? '' : ` in ${counted(folders, 'folder')}`} (${size(bytes)})`;
  const outside = files.filter(({ path }) => !`${path}/`.startsWith(`${project}/`)).length;
  const { asTheyAre, changed, untracked } = await keptInGit(project, files);
  const kept = [
    ...(asTheyAre === 0 ? [] : [`${asTheyAre} can be had back from git`]),
    ...(changed === 0 ? [] : [`${changed} from git only without their latest changes`]),
    ...(untracked === 0 ? [] : [`${untracked} not in git, so gone for good`]),
  ];
  return `${what}${kept.length === 0 ? '' : `: ${kept.join(', ')}`}${outside === 0 ? '' : `; ${outside} outside the project`}.`;
}

async function permissions(folder: string, words: readonly string[]): Promise<string> {
  const [, ...paths] = operands(words);
  const isDeep = words.some((word) => /^-[a-zA-Z]*R|^--recursive$/.test(word));
  const { files, folders } = await targetsOf(folder, paths);
  return `Changes who may use ${counted(isDeep ? files.length + folders : paths.length, 'file or folder', 'files and folders')}.`;
}
