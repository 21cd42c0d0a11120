// What a sandbox must not let happen: each act with the stage it needs, the bash that tries it, and how to see from outside that it worked.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export type Stage = {
  root: string;
  /** A folder of the owner's that is nobody's temporary one. */
  elsewhere: string;
  projectDir: string;
  tempDir: string;
  stateDir: string;
  /** Stands for the owner's key; in a secret file, in the hidden folder and in a process outside. */
  canary: string;
  /** A program of this machine that listens on loopback and in a socket file. */
  port: number;
  socketFile: string;
  /** A process outside. */
  outsider: ChildProcess;
  /** How often somebody came in. */
  visits(): number;
  close(): Promise<void>;
};

export type ForbiddenAct = {
  /** Completes "a command can …". */
  name: string;
  tries(stage: Stage): string;
  /** Whether it worked, by what is seen outside and what the command printed. */
  worked(stage: Stage, output: string): boolean | Promise<boolean>;
};

const LOOPBACK = '127.0.0.1';
const HOST_NOBODY_ALLOWED = 'not-allowed.invalid';
const OPEN = 'way-out-is-open';

export const FORBIDDEN_ACTS: readonly ForbiddenAct[] = [
  {
    name: 'write outside the project',
    tries: ({ root, elsewhere }) => `echo x >${root}/outside.txt; echo x >${elsewhere}/outside.txt`,
    worked: ({ root, elsewhere }) => [root, elsewhere].some((folder) => existsSync(join(folder, 'outside.txt'))),
  },
  {
    name: 'read a secret file of the project',
    tries: ({ projectDir }) => `cat ${projectDir}/.env`,
    worked: ({ canary }, output) => output.includes(canary),
  },
  {
    name: "read TARS' own state",
    tries: ({ stateDir }) => `cat ${stateDir}/signing.key`,
    worked: ({ canary }, output) => output.includes(canary),
  },
  {
    name: 'reach a program on loopback',
    tries: ({ port }) =>
      `echo x >/dev/tcp/${LOOPBACK}/${port}; exec 5<>/dev/tcp/${LOOPBACK}/"\${HTTP_PROXY##*:}" && printf 'CONNECT ${LOOPBACK}:${port} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&5 && read -t 3 line <&5`,
    worked: ({ visits }) => visits() > 0,
  },
  {
    name: 'reach a program through its socket file',
    tries: ({ socketFile }) => `echo x | socat - UNIX-CONNECT:${socketFile}`,
    worked: ({ visits }) => visits() > 0,
  },
  {
    name: 'reach a host that is not allowed',
    tries: () =>
      `while IFS=: read -r name _; do case \${name// /} in Inter*|face*|lo|'') ;; *) echo ${OPEN} ;; esac; done </proc/net/dev; exec 5<>/dev/tcp/${LOOPBACK}/"\${HTTP_PROXY##*:}" && printf 'CONNECT ${HOST_NOBODY_ALLOWED}:443 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&5 && IFS= read -r -t 3 line <&5; case $line in *' 200 '*|*' 502 '*|*' 504 '*) echo ${OPEN} ;; esac`,
    worked: (_, output) => output.includes(OPEN),
  },
  {
    name: 'see processes outside',
    tries: ({ outsider }) => `cat /proc/[0-9]*/environ; kill ${outsider.pid}`,
    worked: ({ canary, outsider }, output) => output.includes(canary) || outsider.exitCode !== null || outsider.signalCode !== null,
  },
  {
    name: "write git's hooks and settings",
    tries: ({ projectDir }) => `echo x >${projectDir}/.git/hooks/pre-commit; echo x >>${projectDir}/.git/config`,
    worked: async ({ projectDir }) =>
      existsSync(join(projectDir, '.git/hooks/pre-commit')) || (await readFile(join(projectDir, '.git/config'), 'utf8')) !== '',
  },
];

export async function openStage(): Promise<Stage> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tars-stage-')));
  const caches = join(homedir(), '.cache');
  const elsewhere = await mkdir(caches, { recursive: true })
    .then(() => mkdtemp(join(caches, 'tars-stage-')))
    .catch(() => root);
  const canary = randomUUID();
  const [projectDir, tempDir, stateDir] = ['project', 'tmp', 'state'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [tempDir, stateDir, join(projectDir, '.git/hooks')]) await mkdir(folder, { recursive: true });
  await writeFile(join(projectDir, '.env'), `${canary}\n`);
  await writeFile(join(projectDir, '.git/config'), '');
  await writeFile(join(stateDir, 'signing.key'), `${canary}\n`);
  let visits = 0;
  const socketFile = join(root, 'door');
  const servers = [createServer(), createServer()] as const;
  for (const server of servers) {
    server.on('connection', (visitor) => {
      visits++;
      visitor.on('error', () => {});
      visitor.destroy();
    });
  }
  await listening(servers[0], { port: 0, host: LOOPBACK });
  await listening(servers[1], { path: socketFile });
  const outsider = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, TARS_CANARY: canary }, stdio: 'ignore' });
  return {
    root,
    elsewhere,
    projectDir,
    tempDir,
    stateDir,
    canary,
    port: (servers[0].address() as AddressInfo).port,
    socketFile,
    outsider,
    visits: () => visits,
    async close() {
      outsider.kill('SIGKILL');
      for (const server of servers) server.close();
      for (const folder of [root, elsewhere]) await rm(folder, { recursive: true, force: true });
    },
  };
}

const listening = (server: Server, at: { port: number; host: string } | { path: string }): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(at, resolve));
