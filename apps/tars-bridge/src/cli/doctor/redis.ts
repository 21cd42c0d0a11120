// Is Redis there, does it let us in, and does it keep what it is given?
import { within } from '@tars/core';
import type { Config } from '@tars/core/env';
import { connectRedis, discoverRedis, endpointName, type Redis, type RedisEndpoint } from '@tars/core/redis';
import { about, type Finding } from './finding.js';

const ANSWER_MS = 3_000;
/** The first that has the commands the record is written with. */
const OLDEST = [6, 2] as const;

/** Of maxmemory. */
const NEARLY_FULL = 0.9;

const { ok, note, problem } = about('redis');

/** The connection is the caller's to close; null where there is none. */
export async function checkRedis({ redis: configured, stateDir }: Pick<Config, 'redis' | 'stateDir'>): Promise<{
  redis: Redis | null;
  findings: Finding[];
}> {
  const found = await discoverRedis(configured, stateDir);
  const endpoint: RedisEndpoint = found ?? {
    kind: 'host',
    host: 'localhost',
    port: 6379,
    db: configured.kind === 'url' ? 0 : configured.db,
    password: passwordOf(configured),
  };
  let redis: Redis;
  try {
    redis = await connectRedis(endpoint);
  } catch (error) {
    return { redis: null, findings: [refused(endpointName(endpoint), error, configured.kind === 'unset')] };
  }
  return { redis, findings: await checkKeeping(redis, endpointName(endpoint)) };
}

const passwordOf = (configured: Config['redis']): string | null => (configured.kind === 'url' ? null : configured.password);

function refused(where: string, error: unknown, isUnset: boolean): Finding {
  const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  if (/WRONGPASS|invalid (username-)?password/i.test(why)) {
    return problem(
      `Redis at ${where} refuses the password.`,
      'Set REDIS_PASSWORD (or the password in REDIS_URL) to the one the server was given.',
    );
  }
  if (/NOAUTH|Authentication required/i.test(why)) {
    return problem(
      `Redis at ${where} wants a password and got none.`,
      'Set REDIS_PASSWORD, or write it into REDIS_URL: redis://:PASSWORD@HOST:PORT.',
    );
  }
  if (/without any password configured/i.test(why)) {
    return problem(
      `Redis at ${where} has no password, but one is set here.`,
      'Remove REDIS_PASSWORD, or give the server the same one (requirepass).',
    );
  }
  if (/NOPERM/.test(why)) {
    return problem(
      `Redis at ${where} does not let this user do what TARS does (${why}).`,
      'Give it the rights that docs/operators.md lists under "Managed Redis".',
    );
  }
  if (/self-signed certificate|unable to (get|verify)[^,]*certificate/i.test(why)) {
    return problem(
      `Redis at ${where} shows a certificate that nobody trusted here vouches for (${why}).`,
      "Name the service's CA with REDIS_CA_FILE.",
    );
  }
  if (/altnames|Hostname\/IP does not match/i.test(why)) {
    return problem(
      `Redis at ${where} shows a certificate for another name (${why}).`,
      'Let REDIS_URL name the host as the certificate does, or set REDIS_TLS_SERVERNAME to that name.',
    );
  }
  if (/wrong version number|packet length too long|EPROTO/i.test(why)) {
    return problem(`Redis at ${where} does not speak TLS there.`, 'Use redis:// in REDIS_URL, or the TLS port of the server.');
  }
  return problem(
    `Redis does not answer at ${where} (${why}).`,
    isUnset
      ? '`tars up` brings a Redis of its own; or start redis-server; or set REDIS_URL.'
      : 'Start it there, or correct REDIS_URL (or REDIS_HOST and REDIS_PORT). A server that wants TLS is reached with rediss://.',
  );
}

/** A server that forgets, or throws away what it has no room for, would lose tasks that were accepted. */
async function checkKeeping(redis: Redis, where: string): Promise<Finding[]> {
  const info = await read(redis);
  if (info === null) {
    return [
      note(
        `Redis answers at ${where}, but does not let itself be asked how it is set up (INFO).`,
        'Allow this user INFO, or see to it that appendonly is yes and maxmemory-policy is noeviction.',
      ),
    ];
  }
  const findings: Finding[] = [];
  const version = info.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    findings.push(problem(`Redis ${version} at ${where} is too old.`, `Install ${OLDEST.join('.')} or newer (or Valkey).`));
  }
  if (info.get('cluster_enabled') === '1') findings.push(problem(`Redis at ${where} is a cluster.`, 'Use a single server.'));
  if (info.get('aof_enabled') === '0') {
    findings.push(
      problem(
        `Redis at ${where} keeps no append-only file: what it accepted is lost when it stops.`,
        'redis-cli CONFIG SET appendonly yes, and `appendonly yes` in its redis.conf; a managed one: persistence in its settings.',
      ),
    );
  }
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    findings.push(
      problem(
        `Redis at ${where} throws keys away when memory is short (maxmemory-policy ${policy}).`,
        'redis-cli CONFIG SET maxmemory-policy noeviction, and the same in its redis.conf; a managed one: in its settings.',
      ),
    );
  }
  if (policy === undefined || info.get('aof_enabled') === undefined) {
    findings.push(
      note(
        `Redis at ${where} does not say ${policy === undefined ? 'what it does when memory is short (maxmemory-policy)' : 'whether it keeps an append-only file'}.`,
        'See in the settings of the service that it persists what it is given and that maxmemory-policy is noeviction.',
      ),
    );
  }
  findings.push(...checkTaking(info, where));
  return findings.length > 0 ? findings : [ok(`Redis ${version} at ${where} keeps what it is given.`)];
}

/** A server that answers and yet takes nothing, or soon will not. */
function checkTaking(info: ReadonlyMap<string, string>, where: string): Finding[] {
  const findings: Finding[] = [];
  const [used, limit] = [Number(info.get('used_memory')), Number(info.get('maxmemory'))];
  if (limit > 0 && used > limit * NEARLY_FULL) {
    findings.push(
      problem(
        `Redis at ${where} uses ${Math.round((used / limit) * 100)} % of the memory it may have; when it is full, no task goes on.`,
        'Raise maxmemory, or make room: tars purge --older-than 1d.',
      ),
    );
  }
  if (info.get('role') === 'slave') {
    findings.push(
      problem(
        `Redis at ${where} is a replica: nothing can be written there.`,
        'Let REDIS_URL name the primary, or make this one the primary.',
      ),
    );
  }
  if (info.get('aof_last_write_status') === 'err' || info.get('rdb_last_bgsave_status') === 'err') {
    findings.push(problem(`Redis at ${where} could not write to its disk.`, 'Make room on that disk; the log of Redis says more.'));
  }
  return findings;
}

async function read(redis: Redis): Promise<Map<string, string> | null> {
  try {
    const text = await within(ANSWER_MS, 'Redis', redis.info());
    return new Map(
      text.split(/\r?\n/).flatMap((line) => (line.includes(':') ? [line.split(/:(.*)/s).slice(0, 2) as [string, string]] : [])),
    );
  } catch {
    return null;
  }
}
