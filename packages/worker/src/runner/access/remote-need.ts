// What a git command needs to talk to its remote: the remote's host and the owner's credentials, or a folder beside the project.
import { basename } from 'node:path';
import type { Survey } from '@tars/safety';
import { contains } from '../../shell/bubblewrap-arguments.js';
import type { Need } from './access-for.js';

export type RemotePlace =
  | { kind: 'host'; protocol: 'ssh' | 'https' | 'http'; url: string; host: string; port: number }
  | { kind: 'folder'; path: string };

export type GitFacts = {
  /** Where git would go from that folder for that remote (its usual one when null); null when that cannot be told. */
  remotePlace(folder: string, remote: string | null, verb: 'push' | 'fetch'): Promise<RemotePlace | null>;
  /** Whether every command may reach the host anyway. */
  isAllowedHost(host: string): boolean;
  writable: readonly string[];
};

/** Neither runs what the project says (filters, merges) nor anything the line says. */
const TALKS: Readonly<Record<string, 'push' | 'fetch'>> = { push: 'push', fetch: 'fetch', 'ls-remote': 'fetch' };
/** The one shape of line that gets anything: no assignment, alias or function that would change what git is, and nothing beside it. */
const ALONE = /^\s*(cd\s+[^\s;&|`$()<>=]+\s*(&&|;)\s*)?git\s[^;&|`$()<>\n]*(2>&1)?\s*$/;
/** Options that take a value, so that the value is not taken for the remote. */
const VALUED = new Set(
  '-o --push-option --repo --depth --deepen --shallow-since --shallow-exclude -j --jobs --refmap --exec --receive-pack --upload-pack'.split(
    ' ',
  ),
);
/** Words that name a program to run, here or there. */
const NAMES_PROGRAM = /^--(receive-pack|upload-pack|exec|exec-path|config-env)\b|^-c/;

type Call = Survey['calls'][number];

/** Null when the line talks to no remote, or to one that every command can reach. */
export async function remoteNeed(command: string, calls: readonly Call[], facts: GitFacts): Promise<Need | null> {
  const talking = calls.flatMap((call) => talkOf(call) ?? []);
  for (const talk of talking) {
    const need = await needOf(talk, facts);
    if (need === null) continue;
    if (ALONE.test(command) && talking.length === 1 && talk.isPlain) return need;
    const text = `\`git ${talk.verb}\` needs the network and the owner's credentials, which only a line gets that does nothing else. Run it as a command of its own, without variables, -c and names of programs. For \`git pull\`: \`git fetch\`, then \`git merge\`.`;
    return { kind: 'alone', text };
  }
  return null;
}

type Talk = { verb: string; direction: 'push' | 'fetch'; folder: string; remote: string | null; isPlain: boolean };

function talkOf({ argv, folder }: Call): Talk | null {
  if (basename(argv[0] ?? '') !== 'git' || folder === null || argv.includes(null)) return null;
  const words = argv.filter((word) => word !== null).slice(1);
  let at = 0;
  let place = folder;
  for (; words[at]?.startsWith('-'); at++) {
    if (words[at] === '-C') place = resolveFrom(place, words[++at] ?? '');
    else if (words[at] === '-c') at++;
  }
  const verb = words[at] ?? '';
  const direction = TALKS[verb] ?? (verb === 'pull' ? 'fetch' : undefined);
  if (direction === undefined) return null;
  const rest = words.slice(at + 1);
  if (rest.includes('--help') || rest.includes('-h')) return null;
  const remote = rest.find((word, index) => !word.startsWith('-') && !VALUED.has(rest[index - 1] ?? '')) ?? null;
  const isPlain = verb in TALKS && argv[0] === 'git' && !words.some((word) => NAMES_PROGRAM.test(word));
  return { verb, direction, folder: place, remote, isPlain };
}

async function needOf({ direction, folder, remote }: Talk, facts: GitFacts): Promise<Need | null> {
  const place = await facts.remotePlace(folder, remote, direction);
  if (place === null) return null;
  if (place.kind === 'folder') {
    const isOwn = direction === 'fetch' || facts.writable.some((own) => contains(own, place.path));
    return isOwn ? null : { kind: 'access', access: place, why: 'push to a git remote beside the project' };
  }
  if (direction === 'fetch' && place.protocol !== 'ssh' && facts.isAllowedHost(place.host)) return null;
  const { protocol, url, host, port } = place;
  return {
    kind: 'access',
    access: { kind: 'remote', protocol, url, host, port },
    why: direction === 'push' ? 'push to a git remote with your credentials' : 'fetch from a git remote with your credentials',
  };
}

const resolveFrom = (folder: string, path: string): string => (path.startsWith('/') ? path : `${folder}/${path}`);
