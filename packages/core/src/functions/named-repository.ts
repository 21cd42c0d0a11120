// A project that was named by its git address: whether somebody here may have it cloned.
import { isAllowedRepository, parseRepository, type Repository, repositoryName } from '../repository.js';

export type NamedRepository =
  | { ok: true; path: string; created: false; repository: Pick<Repository, 'url' | 'ref'> }
  | { ok: false; reason: 'bad_repository' | 'repository_not_allowed'; message: string; say: string };

/** `allowed`: the lists of this process and of the workers that live; the one that takes the task looks at its own once more. */
export function namedRepository(said: string, allowed: readonly string[]): NamedRepository {
  const parsed = parseRepository(said);
  if (!parsed.ok) {
    // What was said may hold a password, so it is not repeated.
    const message = `That address of a repository cannot be used. ${parsed.message}`;
    return { ok: false, reason: 'bad_repository', message, say: 'That address of a repository cannot be used, sir.' };
  }
  const { url, ref } = parsed;
  if (!isAllowedRepository(url, allowed)) {
    const message = `${url} is not among the repositories that may be cloned. Add it to PROJECTS_GIT_URLS of the worker, for example PROJECTS_GIT_URLS=${url}`;
    return { ok: false, reason: 'repository_not_allowed', message, say: 'That repository is not among those that may be cloned, sir.' };
  }
  return { ok: true, path: repositoryName({ url, ref }), created: false, repository: { url, ref } };
}
