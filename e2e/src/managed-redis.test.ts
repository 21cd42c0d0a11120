// A Redis that somebody else runs: by TLS, with a user who may do what docs/operators.md says and nothing more.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, test as always, expect } from '@jest/globals';
import { createTaskStore } from '@tars/core/redis';
import { hasOpenssl, type ManagedRedis, startManagedRedis } from './managed-redis.js';
import { deleteBackup } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';

const test = hasOpenssl || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

const NAME = 'redis.example.com';
const PASSWORD = 'p@ss/w:rd%of the service';
let redis: ManagedRedis | null = null;
let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  await redis?.close();
  stage = null;
  redis = null;
});

/** What the page gives such a user, with a password that is known here. */
async function userOfThePage(): Promise<string> {
  const page = await readFile(fileURLToPath(new URL('../../docs/operators.md', import.meta.url)), 'utf8');
  const line = page.split('\n').find((one) => one.startsWith('ACL SETUSER tars '));
  if (line === undefined) throw new Error('The page has no line for the user.');
  const password = createHash('sha256').update(PASSWORD).digest('hex');
  return line.replace('ACL SETUSER', 'user').replace(/>\S+/, `#${password}`);
}

const url = (port: number, password = PASSWORD) => `rediss://tars:${encodeURIComponent(password)}@127.0.0.1:${port}`;
const finding = ({ stdout }: { stdout: string }): { level: string; message: string; fix: string } =>
  JSON.parse(stdout).findings.find(({ check }: { check: string }) => check === 'redis');

test('a whole task over TLS, by a user who may do no more than the page says', async () => {
  redis = await startManagedRedis({ name: NAME, user: await userOfThePage() });
  stage = await openStage(
    { conversations: [{ name: 'clean up', turns: deleteBackup }] },
    { REDIS_URL: url(redis.port), REDIS_CA_FILE: redis.caFile, REDIS_TLS_SERVERNAME: NAME },
  );
  const project = await stage.project('sums', { 'old_backup.js': '' });
  stage.spawnTars(['api'], { WEBHOOK_PORT: '0' });
  stage.spawnTars(['notifier']);
  await stage.spawnTars(['worker']).saw(/worker ready/);

  // bee-queue's own connection comes in as well: nobody but the doorbell waits like this.
  const { admin } = redis;
  const clients = async () => String(await admin.sendCommand(['CLIENT', 'LIST'])).split('\n');
  await stage.until('the doorbell to listen', async () => (await clients()).some((client) => /cmd=brpoplpush user=tars/.test(client)));
  const store = createTaskStore(admin);
  const id = JSON.parse((await stage.tars(['start', 'Clean up', '--project', project, '--json'])).stdout).task_id;
  await stage.until('the question for the code', async () => (await store.read(id))?.confirmation != null);
  await stage.tars(['confirm', id], { input: `${CODE}\n` });
  await stage.until('the end', async () => (await store.read(id))?.state === 'finished');
  expect((await stage.fullFeed(id)).at(-1)).toMatch(/^🎉 Task complete!/);
  expect((await stage.tars(['audit'])).stdout).toContain(id);
  // What is still being told to somebody is kept.
  const purged = async () => (await stage?.tars(['purge', '--older-than', '0h', '--json']))?.stdout.includes(id) === true;
  await stage.until('the purge', purged);

  expect(finding(await stage.tars(['doctor', '--json', '--silent']))).toMatchObject({ level: 'ok' });
  // Nothing was tried in vain.
  const refused = (await admin.sendCommand(['ACL', 'LOG'])) as unknown as { object: string }[];
  expect(refused.map(({ object }) => object)).toEqual([]);
});

test('what keeps TARS out is said by the doctor, with what mends it', async () => {
  redis = await startManagedRedis({ name: NAME, user: await userOfThePage() });
  stage = await openStage({ turns: [{ text: 'never asked' }] }, { REDIS_URL: url(redis.port) });
  const { caFile, port } = redis;
  const wrong = [
    ['nobody trusted here vouches', 'REDIS_CA_FILE', { REDIS_TLS_SERVERNAME: NAME }],
    ['certificate for another name', 'REDIS_TLS_SERVERNAME', { REDIS_CA_FILE: caFile }],
    ['refuses the password', 'REDIS_PASSWORD', { REDIS_CA_FILE: caFile, REDIS_TLS_SERVERNAME: NAME, REDIS_URL: url(port, 'wrong') }],
  ] as const;
  for (const [says, mends, env] of wrong) {
    const found = finding(await stage.tars(['doctor', '--json', '--silent'], { env }));
    expect(found).toMatchObject({ level: 'problem', message: expect.stringContaining(says), fix: expect.stringContaining(mends) });
  }
});
