// A project by its git address: what counts as one, which addresses a worker may be asked to clone, and what became of the work.
import * as v from 'valibot';

/** `commit`: what the work began at, once a worker has cloned it. */
export const Repository = v.object({ url: v.string(), ref: v.nullable(v.string()), commit: v.nullable(v.string()) });
export type Repository = v.InferOutput<typeof Repository>;

/** How a task's work was handed over at its end. */
export const Delivery = v.object({
  /** False where the task ended otherwise: it is what there was by then. */
  finished: v.boolean(),
  branch: v.string(),
  /** The branch's newest commit; how many it is ahead of where the work began. */
  commit: v.string(),
  commits: v.number(),
  /** `record`: the bundle can be fetched. `host`: it is too large for that and lies in `file` there. `none`: nothing was changed. */
  bundle: v.variant('kind', [
    v.object({ kind: v.literal('record'), bytes: v.number() }),
    v.object({ kind: v.literal('host'), bytes: v.number(), host: v.string(), file: v.string() }),
    v.object({ kind: v.literal('none') }),
  ]),
  /** Null where it was not to be pushed. */
  push: v.nullable(v.variant('kind', [v.object({ kind: v.literal('pushed') }), v.object({ kind: v.literal('refused'), why: v.string() })])),
});
export type Delivery = v.InferOutput<typeof Delivery>;

/** A git bundle as it lies in the record. `work`: of a task that has not ended, its uncommitted changes in one more commit. */
export const BundleFacts = v.object({
  kind: v.picklist(['result', 'work']),
  branch: v.string(),
  /** It begins behind this commit, and ends with that one. */
  base: v.string(),
  commit: v.string(),
  bytes: v.number(),
  /** The attempt that made it, and when (ms since 1970). */
  attempt: v.number(),
  at: v.number(),
});
export type BundleFacts = v.InferOutput<typeof BundleFacts>;

export type ParsedRepository = { ok: true; url: string; ref: string | null } | { ok: false; message: string };

const LONGEST = 500;
/** One step of a path: nothing that git or ssh could take for an option, nothing that leads upwards. */
const STEP = /^(?!-)(?!\.{1,2}$)[A-Za-z0-9._~+@-]+$/;
const HOST = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const REF = /^[A-Za-z0-9_][A-Za-z0-9._/+@-]{0,199}$/;
/** What git itself refuses, and `@{`, which is no name but a question. */
const NO_REF = /\.\.|\/\/|\/\.|@\{|\.lock(\/|$)|[./]$/;

/** True for what can only be meant as an address: it has a scheme, or reads `user@host:path`. */
export const isRepositoryLike = (said: string): boolean => /^[a-z][a-z0-9+.-]*:[/:]/i.test(said) || /^[^\s/:@]+@[^\s/:]+:/.test(said);

/** `said` with a branch, tag or commit behind a `#`, if one is named. Nothing secret may be part of it: everybody can read a project's name. */
export function parseRepository(said: string): ParsedRepository {
  const [address = '', ref = null, ...more] = said.trim().split('#');
  if (said.length > LONGEST || more.length > 0) return no('It is too long, or holds more than one #.');
  if (ref !== null && (!REF.test(ref) || NO_REF.test(ref)))
    return no('What stands behind the # is no name of a branch, a tag or a commit.');
  const url = canonical(address);
  return typeof url === 'string' ? { ok: true, url, ref } : url;
}

function canonical(address: string): string | { ok: false; message: string } {
  const [, user, sshHost, sshPath] = /^([^\s/:@]+)@([^\s/:]+):(.*)$/.exec(address) ?? [];
  if (user !== undefined && sshHost !== undefined && sshPath !== undefined) {
    const host = sshHost.toLowerCase();
    if (!USER.test(user) || !HOST.test(host)) return no('Its user or host cannot be read.');
    return isPath(sshPath) ? `${user}@${host}:${sshPath}` : no('Its path cannot be read.');
  }
  const [, scheme = '', authority = '', path = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)$/i.exec(address) ?? [];
  const kind = scheme.toLowerCase();
  if (!SCHEMES.has(kind)) return no('It must begin with https://, http://, ssh:// or file://, or read user@host:path.');
  const credentials = authority.includes('@') ? authority.slice(0, authority.lastIndexOf('@')) : null;
  const place = authority.slice(credentials === null ? 0 : credentials.length + 1).toLowerCase();
  if (credentials !== null && (kind !== 'ssh' || credentials.includes(':')))
    return no('It holds a user name, a password or a token. Leave that out: the worker asks its own git credentials.');
  if (credentials !== null && !USER.test(credentials)) return no('Its user cannot be read.');
  if (kind === 'file' ? place !== '' : !isPlace(place)) return no('Its host cannot be read.');
  if (!isPath(path.slice(1))) return no('Its path cannot be read.');
  return `${kind}://${credentials === null ? '' : `${credentials}@`}${place}${path}`;
}

const SCHEMES: ReadonlySet<string> = new Set(['https', 'http', 'ssh', 'file']);

function isPlace(place: string): boolean {
  const [, host = '', port = '1'] = /^(.*?)(?::(\d{1,5}))?$/.exec(place) ?? [];
  return HOST.test(host) && Number(port) >= 1 && Number(port) <= 65_535;
}

/** A space may be written `%20`; nothing else is escaped. A `/` at either end names nothing more. */
function isPath(path: string): boolean {
  const steps = path
    .replace(/^\/|\/$/g, '')
    .replaceAll('%20', '_')
    .split('/');
  return steps.every((step) => STEP.test(step));
}

const no = (message: string): { ok: false; message: string } => ({ ok: false, message });

/** Without what two names of one repository differ in. */
const bare = (url: string): string => url.replace(/\/$/, '').replace(/\.git$/, '');

/** `allowed`: addresses, or beginnings of addresses with a `*` behind their last `/` or `:`. */
export const isAllowedRepository = (url: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) =>
    entry.endsWith('*') ? url.length >= entry.length && url.startsWith(entry.slice(0, -1)) : bare(entry) === bare(url),
  );

/** An entry of such a list in its canonical form; null when it is none. `*` may stand for a path, never for a host. */
export function parseAllowedRepository(entry: string): string | null {
  const isOpen = entry.endsWith('*');
  const whole = isOpen ? parseRepository(`${entry.slice(0, -1)}x`) : parseRepository(entry);
  if (!whole.ok || whole.ref !== null || (isOpen && !/[/:]\*$/.test(entry))) return null;
  return isOpen ? `${whole.url.slice(0, -1)}*` : whole.url;
}

/** How the project of such a task is called. */
export const repositoryName = ({ url, ref }: Pick<Repository, 'url' | 'ref'>): string => (ref === null ? url : `${url}#${ref}`);

/** How the owner gets at the work; null where there is none. */
export function deliveryText(id: string, { url }: Pick<Repository, 'url'>, delivery: Delivery): string | null {
  const { finished, branch, commits, bundle, push } = delivery;
  if (bundle.kind === 'none') return null;
  const what = `${finished ? 'Result' : 'Unfinished work'} of task #${id}: branch ${branch} (${commits} ${commits === 1 ? 'commit' : 'commits'})`;
  if (push?.kind === 'pushed') return `${what} is pushed to ${url}.`;
  const refused = push === null ? '' : ` could not be pushed (${push.why}); it`;
  if (bundle.kind === 'host') return `${what}${refused} is too large for the record: it lies in ${bundle.file} on ${bundle.host}.`;
  return `${what}${refused} is kept as a bundle. In your clone: \`tars bundle ${id} > ${id}.bundle\`, then \`git fetch ${id}.bundle ${branch}:${branch}\`.`;
}

/** As JSON for every outer edge. */
export const viewDelivery = ({ finished, branch, commit, commits, bundle, push }: Delivery) => ({
  finished,
  branch,
  commit,
  commits,
  bundle: bundle.kind,
  bundle_bytes: bundle.kind === 'none' ? 0 : bundle.bytes,
  bundle_at: bundle.kind === 'host' ? `${bundle.host}:${bundle.file}` : null,
  pushed: push?.kind === 'pushed',
  push_refused: push?.kind === 'refused' ? push.why : null,
});
