// What a command needs beyond the sandbox, line by line, with a world that answers from a table.
import { expect, test } from '@jest/globals';
import { classify, survey } from '@tars/safety';
import { type AccessFacts, accessFor } from './access-for.js';
import type { RemotePlace } from './remote-need.js';

const PROJECT = '/home/anna/app';
const HUB: RemotePlace = { kind: 'host', protocol: 'https', url: 'https://hub.example/a.git', host: 'hub.example', port: 443 };
const SSH: RemotePlace = { kind: 'host', protocol: 'ssh', url: 'git@hub.example:a.git', host: 'hub.example', port: 22 };
const REMOTES: Readonly<Record<string, RemotePlace | null>> = {
  origin: HUB,
  ssh: SSH,
  open: { ...HUB, host: 'pypi.org', url: 'https://pypi.org/a.git' },
  beside: { kind: 'folder', path: '/srv/a.git' },
  within: { kind: 'folder', path: `${PROJECT}/remotes/a.git` },
};

const WORLD: AccessFacts = {
  writable: [PROJECT, '/state/tmp'],
  canOpenOneThing: true,
  exists: (path) => !path.includes('nothing'),
  remotePlace: async (_, remote) => REMOTES[remote ?? 'origin'] ?? null,
  isAllowedHost: (host) => host === 'pypi.org',
  listens: async (port) => (port === 6379 || port === 5432 ? 'outside' : port === 7000 ? 'inside' : 'nowhere'),
  isOnlyOutside: async (process) => ('pid' in process ? process.pid === 4711 : process.name === 'redis-server'),
};

async function needOf(command: string, world = WORLD) {
  const context = { cwd: PROJECT, projectRoot: PROJECT, facts: { exists: world.exists, isTracked: () => false, readScript: () => null } };
  return accessFor({ command, calls: survey(command, context).calls, rule: classify(command, context).rule }, world);
}

const gets = (kind: string) => expect.objectContaining({ kind: 'access', access: expect.objectContaining({ kind }) });

test.each([
  'npm test',
  'npm install left-pad',
  'git commit -am x',
  'git status && git log',
  'rm old.txt',
  'rm -rf build',
  'rm /tmp/scratch',
  'rm ../nothing-there',
  'chmod +x run.sh',
  'kill 57',
  'pkill node',
  'kill $PID',
  'redis-cli -p 7000 get a',
  'redis-cli -p 7001 flushall',
  'redis-cli -h cache.example flushall',
  'psql -p 5999 -c "select 1"',
  'git fetch open',
  'git push within',
  'git push nowhere',
  'git ls-remote beside',
  'echo git push',
])('%s needs nothing more', async (command) => {
  expect(await needOf(command)).toEqual({ kind: 'access', access: { kind: 'usual' }, why: null });
});

test.each([
  ['git push', 'hub.example', 443],
  ['git push --force origin main', 'hub.example', 443],
  ['git -C lib push origin HEAD:main', 'hub.example', 443],
  ['cd lib && git push', 'hub.example', 443],
  ['git push ssh main', 'hub.example', 22],
  ['git fetch ssh', 'hub.example', 22],
  ['git fetch', 'hub.example', 443],
  ['git push open', 'pypi.org', 443],
])('%s needs that remote and the credentials for it', async (command, host, port) => {
  expect(await needOf(command)).toMatchObject({
    kind: 'access',
    access: { kind: 'remote', host, port },
    why: expect.stringContaining('git remote'),
  });
});

test.each([
  'git push && node evil.js',
  'git add -A && git commit -m x && git push',
  'git push origin main; git push ssh main',
  'git -c core.sshCommand=./evil push',
  'git push --receive-pack=./evil',
  'git push --exec ./evil',
  './evil; git push',
  'GIT_SSH_COMMAND=./evil git push',
  'PATH=./bin:$PATH git push',
  'export GIT_CONFIG_COUNT=0; git push',
  'git push >/dev/null; ./evil',
  'git pull',
  'git push | tee log',
  'bash -c "git push; ./evil"',
])('%s gets nothing, and the model is told to run it alone', async (command) => {
  expect(await needOf(command)).toEqual({ kind: 'alone', text: expect.stringContaining('a command of its own') });
});

test.each(['git() { ./evil; }; git push', 'alias git=./evil; git push', 'git push $(./evil)'])(
  '%s is no push, and gets nothing',
  async (command) => {
    expect(await needOf(command)).toEqual({ kind: 'access', access: { kind: 'usual' }, why: null });
  },
);

test.each([
  ['redis-cli flushall', 6379],
  ['redis-cli -h 127.0.0.1 -p 6379 get a', 6379],
  ['redis-cli -p6379 flushall', 6379],
  ['redis-cli -u redis://localhost:6379/2 flushall', 6379],
  ["psql -h localhost -c 'DROP TABLE users'", 5432],
  ['psql postgres://localhost/app -c "select 1"', 5432],
  ['dropdb shop', 5432],
])('%s needs that port', async (command, port) => {
  expect(await needOf(command)).toMatchObject({ access: { kind: 'port', port } });
});

test.each([
  'sudo apt-get install jq',
  'systemctl stop nginx',
  'kill 4711',
  'kill -9 4711',
  'pkill redis-server',
  'rm -rf ../other-project',
  'rm ~/notes.txt',
  'chmod 777 /etc/hosts',
  'echo x > /etc/hosts',
  'docker system prune -af',
])('%s needs a run outside', async (command) => {
  expect(await needOf(command)).toEqual(gets('outside'));
});

test('a push to a folder beside the project needs that folder', async () => {
  expect(await needOf('git push beside')).toMatchObject({ access: { kind: 'folder', path: '/srv/a.git' }, why: expect.any(String) });
});

test('where no wall can leave one thing open, the need is a run outside, and still asks', async () => {
  const need = await needOf('git push', { ...WORLD, canOpenOneThing: false });
  expect(need).toEqual({ kind: 'access', access: { kind: 'outside' }, why: expect.stringContaining('git remote') });
});
