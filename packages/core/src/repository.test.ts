import { expect, test } from '@jest/globals';
import {
  type Delivery,
  deliveryText,
  isAllowedRepository,
  isRepositoryLike,
  parseAllowedRepository,
  parseRepository,
} from './repository.js';

test.each([
  ['https://github.com/acme/site', 'https://github.com/acme/site', null],
  ['https://GitHub.com:8443/Acme/site.git#release/2.0', 'https://github.com:8443/Acme/site.git', 'release/2.0'],
  ['HTTP://127.0.0.1:3000/a.git', 'http://127.0.0.1:3000/a.git', null],
  ['git@github.com:acme/site.git', 'git@github.com:acme/site.git', null],
  ['ssh://git@host.example:2222/srv/a.git#v1', 'ssh://git@host.example:2222/srv/a.git', 'v1'],
  ['file:///srv/git/a.git', 'file:///srv/git/a.git', null],
  ['https://dev.azure.com/acme/My%20Project/_git/a', 'https://dev.azure.com/acme/My%20Project/_git/a', null],
])('%s is an address', (said, url, ref) => {
  expect(isRepositoryLike(said)).toBe(true);
  expect(parseRepository(said)).toEqual({ ok: true, url, ref });
});

test.each([
  'ext::sh -c touch% /tmp/pwned',
  'ext://x/y',
  'fd::17',
  'git://github.com/acme/site',
  'https://user:secret@github.com/acme/site',
  'https://token@github.com/acme/site',
  'ssh://git:secret@github.com/acme/site',
  'ssh://-oProxyCommand=touch/a',
  '-oProxyCommand=x@host:a',
  'git@-oProxyCommand=x:a',
  'git@host:-a',
  'git@host:a/--upload-pack=x',
  'https://github.com/acme/../other/site',
  'https://github.com/acme/%2e%2e/other',
  'https://github.com/',
  'https://github.com/acme//site',
  'https://github.com/acme/site?x=1',
  'https:///acme/site',
  'file://server/share/a.git',
  'file:///srv/../etc/a',
  'https://github.com/acme/a b',
  'https://github.com/acme/a\nb',
  'https://github.com/acme/site#--upload-pack=x',
  'https://github.com/acme/site#a..b',
  'https://github.com/acme/site#main@{1}',
  'https://github.com/acme/site#a:b',
  'https://github.com/acme/site#',
  'https://github.com/acme/site#a#b',
])('%s is none a worker is asked to clone', (said) => {
  expect(parseRepository(said)).toMatchObject({ ok: false });
});

test.each(['calculator', '/home/me/calculator', '~/calculator', 'my project', './a:b'])('%s is a folder', (said) => {
  expect(isRepositoryLike(said)).toBe(false);
});

test.each([
  ['https://github.com/acme/site', true],
  ['https://github.com/acme/site.git', true],
  ['https://github.com/acme/sites', false],
  ['https://github.com/acmes/site', false],
  ['https://git.example/team/a/b', true],
  ['https://git.example/other/a', false],
  ['https://git.example.evil/team/a', false],
  ['http://git.example/team/a', false],
  ['git@git.example:a/b', true],
  ['root@git.example:a/b', false],
])('%s may be cloned: %s', (url, isAllowed) => {
  const allowed = ['https://github.com/acme/site', 'https://GIT.example/team/*', 'git@git.example:*'].map(parseAllowedRepository);
  expect(allowed).not.toContain(null);
  expect(isAllowedRepository(url, allowed as string[])).toBe(isAllowed);
  expect(isAllowedRepository(url, [])).toBe(false);
});

test.each([
  '*',
  'https://*',
  'https://*/acme/*',
  'https://github.com*',
  'https://github.com/ac*',
  'ext::*',
  'https://t@github.com/*',
  'acme/*',
])('%s is no entry of a list of what may be cloned', (entry) => {
  expect(parseAllowedRepository(entry)).toBeNull();
});

const delivery: Delivery = {
  finished: true,
  branch: 'tars/a7f3',
  commit: 'c',
  commits: 1,
  bundle: { kind: 'record', bytes: 10 },
  push: null,
};
const told = (more: Partial<Delivery>) => deliveryText('a7f3', { url: 'https://h/a' }, { ...delivery, ...more });

test('the owner is told how to get at the work', () => {
  expect(told({})).toBe(
    'Result of task #a7f3: branch tars/a7f3 (1 commit) is kept as a bundle. In your clone: `tars bundle a7f3 > a7f3.bundle`, then `git fetch a7f3.bundle tars/a7f3:tars/a7f3`.',
  );
  expect(told({ push: { kind: 'pushed' }, commits: 2 })).toBe(
    'Result of task #a7f3: branch tars/a7f3 (2 commits) is pushed to https://h/a.',
  );
  expect(told({ push: { kind: 'refused', why: 'no access' } })).toContain('could not be pushed (no access); it is kept as a bundle.');
  expect(told({ finished: false, bundle: { kind: 'host', bytes: 1, host: 'desk', file: '/s/x.bundle' } })).toBe(
    'Unfinished work of task #a7f3: branch tars/a7f3 (1 commit) is too large for the record: it lies in /s/x.bundle on desk.',
  );
  expect(told({ commits: 0, bundle: { kind: 'none' } })).toBeNull();
});
