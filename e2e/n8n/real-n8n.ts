// The real n8n, headless, with a folder and a database of its own: imports workflows as they are, publishes them, and runs.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort, waitUntil } from '@tars/testkit';
import { observe } from '../src/observed.js';

/** A start with its migrations, and each of n8n's commands, takes seconds on an idle machine. */
const PATIENCE_MS = 180_000;

/** A header with a secret, as somebody enters it into n8n under this name. */
export type HeaderAuth = { name: string; value: string };

export type RealN8n = {
  url: string;
  /** What it wrote to its log. */
  log(): string;
  close(): Promise<void>;
};

export type RealN8nOptions = {
  /** Where it is installed. */
  folder: string;
  /** The folder of the workflows, each a JSON file. */
  workflows: string;
  credentials: readonly HeaderAuth[];
  port: number;
  /** The path of a webhook: once it is there, the workflows run. */
  listensAt: string;
  env: Readonly<Record<string, string>>;
};

export async function startRealN8n({ folder, workflows, credentials, port, listensAt, env }: RealN8nOptions): Promise<RealN8n> {
  const home = await mkdtemp(join(tmpdir(), 'tars-n8n-'));
  const bin = join(folder, 'node_modules/n8n/bin/n8n');
  const node = join(folder, 'node_modules/node/bin/node');
  const environment = {
    PATH: [join(folder, 'node_modules/node/bin'), process.env.PATH].join(delimiter),
    HOME: home,
    N8N_USER_FOLDER: home,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(await freePort()),
    N8N_ENCRYPTION_KEY: 'of this test alone',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    DB_TYPE: 'sqlite',
    ...env,
  };
  const command = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(node, [bin, ...args], { env: environment, encoding: 'utf8', timeout: PATIENCE_MS });
    if (status !== 0) throw new Error(`n8n ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  };

  const secrets = join(home, 'credentials.json');
  const entered = credentials.map(({ name, value }, at) => ({
    id: `headerAuth${at}`,
    name,
    type: 'httpHeaderAuth',
    data: { name: 'Authorization', value },
  }));
  await writeFile(secrets, JSON.stringify(entered), { mode: 0o600 });
  command('import:credentials', `--input=${secrets}`);
  command('import:workflow', '--separate', `--input=${workflows}`);
  for (const file of await readdir(workflows)) {
    const { id } = JSON.parse(await readFile(join(workflows, file), 'utf8'));
    command('publish:workflow', `--id=${id}`);
  }

  const server = observe(spawn(node, [bin, 'start'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] }));
  const log = () => server.stdout() + server.stderr();
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    const late = setTimeout(() => server.kill('SIGKILL'), 15_000);
    server.kill('SIGTERM');
    await server.ended;
    clearTimeout(late);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await waitUntil(() => isListening(url, listensAt), { timeoutMs: PATIENCE_MS, what: 'n8n to listen at its webhook' });
  } catch (error) {
    await close();
    throw new Error(`${error}\n${log()}`);
  }
  return { url, log, close };
}

/** Webhooks are there some time after n8n says that it is ready; until then it answers with pages of its own, or that it knows none. */
async function isListening(url: string, path: string): Promise<boolean> {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"target":"nobody"}',
  });
  return answer.ok && (await answer.text()).includes('"ignored"');
}
