// Which loopback port a database client is about to ask for.
import { basename } from 'node:path';

type Client = { port: number; portOptions: readonly string[]; hostOptions: readonly string[] };

const CLIENTS: Readonly<Record<string, Client>> = {
  'redis-cli': { port: 6379, portOptions: ['-p'], hostOptions: ['-h'] },
  'valkey-cli': { port: 6379, portOptions: ['-p'], hostOptions: ['-h'] },
  psql: { port: 5432, portOptions: ['-p', '--port'], hostOptions: ['-h', '--host'] },
  dropdb: { port: 5432, portOptions: ['-p', '--port'], hostOptions: ['-h', '--host'] },
  createdb: { port: 5432, portOptions: ['-p', '--port'], hostOptions: ['-h', '--host'] },
  pg_restore: { port: 5432, portOptions: ['-p', '--port'], hostOptions: ['-h', '--host'] },
  pg_dump: { port: 5432, portOptions: ['-p', '--port'], hostOptions: ['-h', '--host'] },
  mysql: { port: 3306, portOptions: ['-P', '--port'], hostOptions: ['-h', '--host'] },
  mariadb: { port: 3306, portOptions: ['-P', '--port'], hostOptions: ['-h', '--host'] },
  mysqladmin: { port: 3306, portOptions: ['-P', '--port'], hostOptions: ['-h', '--host'] },
  mysqldump: { port: 3306, portOptions: ['-P', '--port'], hostOptions: ['-h', '--host'] },
  mongosh: { port: 27017, portOptions: ['--port'], hostOptions: ['--host'] },
  mongorestore: { port: 27017, portOptions: ['--port'], hostOptions: ['--host'] },
  'clickhouse-client': { port: 9000, portOptions: ['--port'], hostOptions: ['-h', '--host'] },
  cqlsh: { port: 9042, portOptions: [], hostOptions: [] },
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|)$/i;

/** Null for other programs, other machines, and words that only show when they run. */
export function databasePort(argv: readonly (string | null)[]): number | null {
  const client = CLIENTS[basename(argv[0] ?? '')];
  if (client === undefined || argv.includes(null)) return null;
  const words = argv.filter((word) => word !== null);
  const address = words.find((word) => /^[a-z+]+:\/\//i.test(word));
  if (address !== undefined && URL.canParse(address)) {
    const { hostname, port } = new URL(address);
    return LOOPBACK.test(hostname) ? Number(port || client.port) : null;
  }
  const host = optionOf(words, client.hostOptions) ?? '';
  const port = Number(optionOf(words, client.portOptions) ?? client.port);
  return LOOPBACK.test(host) && Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

/** `-p 1`, `-p1`, `--port 1`, `--port=1`; the last one counts. */
function optionOf(words: readonly string[], names: readonly string[]): string | undefined {
  let found: string | undefined;
  words.forEach((word, at) => {
    for (const name of names) {
      if (word === name) found = words[at + 1] ?? found;
      else if (name.startsWith('--') && word.startsWith(`${name}=`)) found = word.slice(name.length + 1);
      else if (!name.startsWith('--') && word.startsWith(name) && word.length > 2) found = word.slice(2);
    }
  });
  return found;
}
