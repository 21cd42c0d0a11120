// The demo's task in containers: compose.yaml as it is shipped, with the sandbox required; only Claude and n8n are stand-ins.
//
//   pnpm e2e:containers            needs podman, podman-compose, openssl, and root; keeps the images, and with --built takes those of the last time
//
// NODE_IMAGE and REDIS_IMAGE name the images to build on; without them both are made here from Debian's packages.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readScenario, shippedScenario, tempDir, waitUntil, writeProjectFiles } from '@tars/testkit';

const ROOT = join(import.meta.dirname, '../..');
const STORY = 'calculator';
const OWNER = 10001;
const CODE = '4719';
const ADDRESS = 'http://127.0.0.1:5002';
const STARTS_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 300_000;

const folder = await tempDir('tars-containers-');
const env = { ...process.env, CONTAINERS_CONF: process.env.CONTAINERS_CONF ?? (await ownSettings()) };

function run(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 1e9, ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout?.slice(-3_000)}${stderr?.slice(-3_000)}`);
  return stdout;
}
const podman = (...args) => run('podman', args);

/** In a container of its own kind podman may set no higher limits than it was given. */
async function ownSettings() {
  const file = join(folder.path, 'containers.conf');
  await writeFile(file, '[engine]\nruntime = "runc"\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n');
  return file;
}

function ownImage(name, make) {
  if (spawnSync('podman', ['image', 'exists', name], { env }).status !== 0) {
    console.log(`making ${name}`);
    make(name);
  }
  return name;
}

try {
  const nodeImage = process.env.NODE_IMAGE ?? ownImage('localhost/tars-e2e/node', (name) => run('e2e/containers/base-image.sh', [name]));
  const build = ['build', '--isolation=chroot', '--format', 'docker', '--build-arg', `NODE_IMAGE=${nodeImage}`];
  const redisImage =
    process.env.REDIS_IMAGE ??
    ownImage('localhost/tars-e2e/redis', (name) => podman(...build, '-t', name, '-f', 'e2e/containers/redis.Dockerfile', 'e2e/containers'));
  for (const target of process.argv.includes('--built') ? [] : ['build', 'api', 'worker', 'notifier']) {
    console.log(`building ${target}`);
    podman(...build, '--target', target, '-t', `localhost/tars-${target}`, '.');
  }

  const scenario = await readScenario(shippedScenario(STORY));
  const [projects, secrets] = [join(folder.path, 'projects'), join(folder.path, 'secrets')];
  await mkdir(join(projects, STORY), { recursive: true });
  await mkdir(secrets);
  await writeProjectFiles(scenario, join(projects, STORY));
  run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(secrets, 'confirmation-signing-key.pem')]);
  run('openssl', [
    'pkey',
    '-in',
    join(secrets, 'confirmation-signing-key.pem'),
    '-pubout',
    '-out',
    join(secrets, 'confirmation-public-key.pem'),
  ]);
  run('chown', ['-R', `${OWNER}:${OWNER}`, projects, secrets]);
  run('chmod', ['755', folder.path]);

  const tokens = { WEBHOOK_TOKEN: randomBytes(16).toString('hex'), API_TOKEN: randomBytes(16).toString('hex') };
  Object.assign(env, tokens, {
    REDIS_PASSWORD: randomBytes(16).toString('hex'),
    REDIS_IMAGE: redisImage,
    CONFIRMATION_CODE: CODE,
    ANTHROPIC_API_KEY: 'the-stand-in-takes-any',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:8080',
    N8N_WEBHOOK_URL: 'http://127.0.0.1:8081/webhook/tars',
    PROJECTS: projects,
    TARS_SECRETS: secrets,
  });
  const compose = (...args) => run('podman-compose', ['-p', 'tars-e2e', '-f', 'compose.yaml', ...args]);
  const container = (part) => podman('ps', '-q', '--filter', `name=tars-e2e_${part}_1`).trim();
  const standIn = (beside, ...args) =>
    podman(
      'run',
      '-d',
      '--rm',
      '--name',
      `tars-e2e-${beside}-stand-in`,
      '--network',
      `container:${container(beside)}`,
      'localhost/tars-build',
      ...args,
    );
  const post = async (path, token, body) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    return (await fetch(ADDRESS + path, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const told = () =>
    podman('exec', 'tars-e2e-notifier-stand-in', 'cat', '/tmp/told')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).body);

  try {
    compose('up', '-d', '--no-build');
    standIn(
      'worker',
      'packages/testkit/bin/tars-fake-claude.mjs',
      '--port',
      '8080',
      '--scenario',
      `packages/testkit/scenarios/${STORY}.json`,
    );
    standIn('notifier', 'packages/testkit/bin/tars-fake-n8n.mjs', '--port', '8081', '--out', '/tmp/told');
    await waitUntil(
      () =>
        fetch(`${ADDRESS}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeoutMs: STARTS_WITHIN_MS, what: 'the api' },
    );

    const { task } = await post('/api/functions/start_autonomous_coding', tokens.API_TOKEN, {
      goal: 'Build a calculator with tests',
      project_path: `/projects/${STORY}`,
    });
    const request = await waitUntil(() => told().find(({ type }) => type === 'confirmation_request'), {
      timeoutMs: ENDS_WITHIN_MS,
      what: 'the request for a code',
    });
    console.log(`asked for: ${request.command}`);
    const wrong = await post('/webhook/background-confirmation', tokens.WEBHOOK_TOKEN, {
      task_id: task.task_id,
      confirmation_code: '0000',
    });
    const right = await post('/webhook/background-confirmation', tokens.WEBHOOK_TOKEN, { task_id: task.task_id, confirmation_code: CODE });
    console.log(`wrong code: ${wrong.reason}; right code: ${right.message}`);
    const end = await waitUntil(() => told().find(({ type }) => ['task_complete', 'error'].includes(type)), {
      timeoutMs: ENDS_WITHIN_MS,
      what: 'the end',
    });
    const seen = await (
      await fetch(`${ADDRESS}/api/tasks/${task.task_id}`, { headers: { authorization: `Bearer ${tokens.API_TOKEN}` } })
    ).json();
    console.log(
      `${end.type}: ${end.proof?.verdict}; sandbox ${seen.sandbox}; ${seen.turns} turns; files ${seen.files_changed?.join(', ')}`,
    );
    const isRight =
      end.type === 'task_complete' &&
      end.proof.verdict === 'VERIFIED' &&
      seen.sandbox === 'bubblewrap' &&
      wrong.reason === 'wrong_code' &&
      right.status === 'ok';
    if (!isRight) throw new Error(`Not as it should be: ${JSON.stringify({ end, seen, wrong, right })}`);
    console.log('ok');
  } catch (error) {
    for (const part of ['redis', 'api', 'worker', 'notifier']) {
      const { stdout, stderr } = spawnSync('podman', ['logs', '--tail', '8', `tars-e2e_${part}_1`], { env, encoding: 'utf8' });
      console.log(`--- ${part}\n${stdout}${stderr}`);
    }
    throw error;
  } finally {
    spawnSync('podman', ['rm', '-f', 'tars-e2e-worker-stand-in', 'tars-e2e-notifier-stand-in'], { env });
    compose('down', '--volumes');
  }
} finally {
  await folder.remove();
}
