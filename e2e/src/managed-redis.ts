// A Redis as a service gives it: TLS with a certificate of its own CA, one user who may do little, and no administration.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectRedis, findRedisServer, type Redis } from '@tars/core/redis';
import { freePort, waitUntil } from '@tars/testkit';

const run = promisify(execFile);
const BOOT_MS = 10_000;

export const hasOpenssl = spawnSync('openssl', ['version']).error === undefined;

export type ManagedRedis = {
  port: number;
  caFile: string;
  /** In by the back door, with all rights. */
  admin: Redis;
  close(): Promise<void>;
};

/** `name`: what its certificate bears. `user`: a line as of an ACL file; nobody else is let in by TLS. */
export async function startManagedRedis({ name, user }: { name: string; user: string }): Promise<ManagedRedis> {
  const binary = findRedisServer();
  if (binary === null) throw new Error('There is no redis-server.');
  const dir = await mkdtemp(join(tmpdir(), 'tars-managed-'));
  const file = (what: string) => join(dir, what);
  const openssl = (...words: string[]) => run('openssl', words, { cwd: dir });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=CA of the service', '-days', '2');
  await openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${name}`);
  await writeFile(file('names'), `subjectAltName=DNS:${name}\n`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
  await openssl('x509', '-req', '-in', 'server.csr', '-out', 'server.pem', ...signed);
  // The back door's user is the default one, and the back door is a socket of this user.
  await writeFile(file('users'), `${user}\nuser default on nopass ~* &* +@all\n`);

  const port = await freePort();
  const tls = ['--tls-port', String(port), '--tls-cert-file', 'server.pem', '--tls-key-file', 'server.key', '--tls-auth-clients', 'no'];
  const keeping = ['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction', '--tls-ca-cert-file', 'ca.pem'];
  const server = spawn(binary, ['--port', '0', '--unixsocket', file('s'), '--dir', dir, '--aclfile', file('users'), ...tls, ...keeping], {
    cwd: dir,
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  const admin = await waitUntil(() => connectRedis({ kind: 'socket', path: file('s') }), { timeoutMs: BOOT_MS, what: 'the managed Redis' });
  return {
    port,
    caFile: file('ca.pem'),
    admin,
    async close() {
      admin.destroy();
      server.kill('SIGKILL');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
