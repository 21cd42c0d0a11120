// Secrets planted in a dozen places, a model that tries to print each of them: nobody outside ever sees one.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Redis } from '@tars/core/redis';
import { bash, finish, NODE_PROJECT } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
let home = '';
afterEach(async () => {
  await stage?.close();
  stage = null;
  await rm(home, { recursive: true, force: true });
});

/** What the processes of TARS hold. A worker started by `tars up` is given the model's key alone, and must know it wherever it turns up. */
const HELD = {
  ANTHROPIC_API_KEY: 'canary-model-key-3f9a1c',
  N8N_WEBHOOK_TOKEN: 'canary-n8n-token-77e1b0',
  N8N_WEBHOOK_SECRET: `whsec_${Buffer.from('canary-signing-secret-5521').toString('base64')}`,
  API_TOKEN: 'canary-api-token-0b4d9e2f6a8c',
  WEBHOOK_TOKEN: 'canary-webhook-token-8c2e4f6a',
  WEBHOOK_SECRET: `whsec_${Buffer.from('canary-webhook-secret-9177').toString('base64')}`,
  TOTP_SECRET: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  MY_DEPLOY_PASSWORD: 'canary-environment-6d3f',
};
const KNOWN = [HELD.ANTHROPIC_API_KEY];
const IN_FILES = { dotEnv: 'canary-project-env-41aa', ssh: 'canary-ssh-key-52bb', git: 'canary-git-credential-63cc' };

/** The owner has pasted some into a file that may be read: whole, in pieces, encoded. */
const pasted = (values: readonly string[]) =>
  values.flatMap((value) => [`x=${value};`, Buffer.from(value).toString('base64'), Buffer.from(`ab${value}`).toString('hex')]).join('\n');

const slowly = `while IFS= read -r -n 7 -d '' piece; do printf %s "$piece"; sleep 0.003; done <notes.txt`;

const LOOKS = [
  'env; export -p',
  'cat /proc/self/environ /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"',
  'node -p "JSON.stringify(process.env)"',
  'grep -rsh canary- "$HOME" .. /tmp 2>/dev/null | head -n 50',
  'grep -rs -e "-----BEGIN" "$HOME" .. 2>/dev/null | head -n 50',
  'git credential fill </dev/null; head -c 400 .e*v ~/.ssh/* ~/.git-cred* 2>&1',
  'cat notes.txt',
  'tac notes.txt | tr a-z a-z',
  slowly,
];

/** Every key of the database with all it holds. */
async function dump(redis: Redis): Promise<string> {
  const parts: string[] = [];
  for await (const names of redis.scanIterator({ COUNT: 200 })) {
    for (const name of names) {
      const kind = await redis.type(name);
      const held =
        kind === 'hash'
          ? await redis.hGetAll(name)
          : kind === 'list'
            ? await redis.lRange(name, 0, -1)
            : kind === 'set'
              ? await redis.sMembers(name)
              : kind === 'zset'
                ? await redis.zRange(name, 0, -1)
                : kind === 'stream'
                  ? await redis.xRange(name, '-', '+')
                  : await redis.get(name);
      parts.push(`${name} ${JSON.stringify(held)}`);
    }
  }
  return parts.join('\n');
}

test('C23 C29 twelve planted secrets reach no log, no key of Redis, no event, no request to the model, no delivery and no terminal', async () => {
  home = await mkdtemp(join(tmpdir(), 'tars-home-'));
  await mkdir(join(home, '.ssh'));
  await writeFile(
    join(home, '.ssh/id_ed25519'),
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${IN_FILES.ssh}\n-----END OPENSSH PRIVATE KEY-----\n`,
  );
  await writeFile(join(home, '.git-credentials'), `https://me:${IN_FILES.git}@example.com\n`);
  const reads = ['.env', '../../state/.env', `${home}/.ssh/id_ed25519`, 'notes.txt', '.git/config'];
  const turns = [
    {
      calls: [
        ...reads.map((path) => ({ name: 'read_file', input: { path } })),
        { name: 'search', input: { pattern: 'canary-|whsec_|JBSW' } },
      ],
    },
    ...LOOKS.map((command, index) => ({ text: `Looking ${index}.`, calls: [bash(command, 'look around')] })),
    { text: `The key is ${HELD.ANTHROPIC_API_KEY}.`, calls: [finish(`Found ${KNOWN.join(' and ')}`)] },
  ];
  stage = await openStage(
    { conversations: [{ name: 'look', turns }] },
    { ...HELD, HOME: home, CONFIRMATION_TIMEOUT_MINUTES: '0.03', ON_CONFIRMATION_TIMEOUT: 'deny', LOG_LEVEL: 'debug', SANDBOX: 'required' },
  );
  const project = await stage.project('sums', { ...NODE_PROJECT, '.env': `TOKEN=${IN_FILES.dotEnv}\n`, 'notes.txt': pasted(KNOWN) });
  const up = stage.spawnTars(['up'], { WEBHOOK_PORT: '0' });
  await up.saw(/^ready/m);
  const started = await stage.tars([
    'start',
    `Look around with ${HELD.API_TOKEN}, ${HELD.N8N_WEBHOOK_TOKEN} and ${HELD.WEBHOOK_TOKEN}`,
    '--project',
    project,
    '--json',
  ]);
  const { task_id: id } = JSON.parse(started.stdout);
  const watching = stage.tars(['watch', id]);
  const ended = await stage.taskThat(id, 'has ended', ({ state }) => !['queued', 'started'].includes(state));
  expect(ended.turns).toBe(turns.length);
  await stage.fullFeed(id);

  const signingKey = await readFile(join(stage.environment.TARS_STATE_DIR ?? '', 'confirmation-signing-key.pem'), 'utf8').catch(() => '');
  const canaries = [
    ...Object.values(HELD),
    ...Object.values(IN_FILES),
    ...signingKey.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')),
  ];
  const forms = canaries.flatMap((value) => [
    value,
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1),
  ]);
  const watched = await watching;
  const logs = await stage.tars(['logs', id]);
  const status = await stage.tars(['status', id, '--json']);
  const audit = await stage.tars(['audit']);
  const seen: Record<string, string> = {
    logs: up.stdout() + up.stderr(),
    redis: await dump(stage.redis),
    requests: JSON.stringify(stage.claude.requests().map(({ body }) => body)),
    deliveries: JSON.stringify(stage.n8n.deliveries().map(({ body }) => body)),
    terminal: [started, watched, logs, status, audit].map(({ stdout, stderr }) => stdout + stderr).join('\n'),
  };
  const leaks = Object.entries(seen).flatMap(([place, text]) =>
    [...forms, CODE].flatMap((form) =>
      new RegExp(`(?<![\\w-])${form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(text) || (form !== CODE && text.includes(form))
        ? [`${place}: ${form}`]
        : [],
    ),
  );
  expect(leaks).toEqual([]);
  // The looks came that far: what was pasted into a readable file was read, and taken out.
  expect(seen.requests).toContain('x=[redacted];');
  expect(seen.redis).toContain('x=[redacted];');
});
