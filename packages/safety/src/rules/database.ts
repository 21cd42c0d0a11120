// Clients and migration tools told to drop, truncate, delete or flush.
import { type Call, has, operands, valuesOf } from '../call.js';
import { readKept } from '../place.js';
import { MODIFY_DATABASE, type Rule } from '../rule.js';
import { destroysData } from '../sql.js';

/** Options that carry statements, by client; what is piped in counts too. */
const STATEMENT_OPTIONS = new Map<string, readonly string[]>(
  Object.entries({
    psql: ['-c', '--command'],
    usql: ['-c', '--command'],
    mysql: ['-e', '--execute'],
    mariadb: ['-e', '--execute'],
    litecli: ['-e', '--execute'],
    pgcli: ['-c'],
    mycli: ['-e', '--execute'],
    cockroach: ['-e', '--execute'],
    duckdb: ['-c', '-s'],
    'clickhouse-client': ['-q', '--query'],
    clickhouse: ['-q', '--query'],
    cqlsh: ['-e', '--execute'],
    sqlcmd: ['-Q', '-q'],
    snowsql: ['-q', '--query'],
    trino: ['--execute'],
    presto: ['--execute'],
    hive: ['-e'],
    beeline: ['-e'],
    'spark-sql': ['-e'],
    'impala-shell': ['-q', '--query'],
    influx: ['-execute'],
    dolt: ['-q', '--query'],
    'cypher-shell': [],
    sqlite3: ['-cmd'],
    sqlite: ['-cmd'],
    bq: [],
    sqlplus: [],
    turso: [],
    'spanner-cli': ['-e', '--execute'],
    prisma: [],
  }),
);
/** Clients that also take statements as plain words. */
const STATEMENT_WORDS = ['sqlite3', 'sqlite', 'duckdb', 'bq', 'cypher-shell', 'turso'];

/** Clients whose `-f` names a file of statements. */
const SQL_FILES = ['psql', 'usql', 'cockroach', 'snowsql'];

/** Everything the client is told to execute. */
export const statementsOf = ({ program, args, input, place }: Call): string[] => [
  ...valuesOf(args, ...(STATEMENT_OPTIONS.get(program) ?? [])),
  ...(STATEMENT_WORDS.includes(program) ? operands(args).slice(program === 'cypher-shell' ? 0 : 1) : []),
  ...(SQL_FILES.includes(program) ? valuesOf(args, '-f', '--file').flatMap((path) => readKept(path, place) ?? []) : []),
  ...(input === null ? [] : [input]),
];

const REDIS_DELETES =
  /^(flushall|flushdb|del|unlink|hdel|srem|zrem\w*|lrem|ltrim|xdel|xtrim|xgroup|getdel|expire|pexpire|shutdown|swapdb|rename|restore|spop|lpop|rpop)$/i;

const words = (args: readonly string[]): string[] =>
  operands(args, ['-h', '-p', '-a', '-n', '-u', '-s', '-r', '-i', '-c', '-e', '-d', '-P', '-U', '--schema', '--env']);
const verbs = (args: readonly string[], pattern: RegExp): boolean =>
  words(args)
    .slice(0, 3)
    .some((word) => pattern.test(word));

export const DATABASE_RULES: readonly Rule[] = [
  {
    id: 'sql',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: [...STATEMENT_OPTIONS.keys()],
    when: (call) => statementsOf(call).some(destroysData),
    asks: [
      "psql -c 'DROP TABLE members'",
      'mysql -e "DELETE FROM users"',
      "sqlite3 app.db 'TRUNCATE orders'",
      "echo 'DELETE FROM members;' | psql app",
      "psql shop <<< 'TRUNCATE orders;'",
      "psql -c 'UPDATE users SET admin = true'",
    ],
    runs: [
      'psql app -c "SELECT \'DROP TABLE members\'"',
      'psql --list',
      "psql -c 'SELECT 1 -- drop table users'",
      "psql -c 'UPDATE users SET admin = true WHERE id = 1'",
      'sqlite3 app.db .tables',
    ],
  },
  {
    id: 'redis',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: ['redis-cli', 'valkey-cli', 'keydb-cli', 'redis6-cli'],
    when: ({ args, input }) => {
      const command = operands(args, [
        '-h',
        '-p',
        '-s',
        '-a',
        '-u',
        '-n',
        '-r',
        '-i',
        '-d',
        '-D',
        '-X',
        '--user',
        '--pass',
        '--pattern',
        '--eval',
        '--cert',
        '--key',
        '--cacert',
      ]);
      const piped = (input ?? '').split('\n').map((line) => line.trim().split(/\s+/));
      const destroys = (line: readonly string[]): boolean =>
        REDIS_DELETES.test(line[0] ?? '') ||
        (/^config$/i.test(line[0] ?? '') && /^set$/i.test(line[1] ?? '') && /^(dir|dbfilename)$/i.test(line[2] ?? '')) ||
        (/^(script|function|config|cluster)$/i.test(line[0] ?? '') && /^(flush|resetstat|reset|delete)$/i.test(line[1] ?? '')) ||
        (/^eval(sha)?$/i.test(line[0] ?? '') && /\b(del|flush\w+|unlink)\b/i.test(line[1] ?? ''));
      return destroys(command) || piped.some(destroys);
    },
    asks: ['redis-cli FLUSHALL', 'redis-cli -n 2 del session:1', 'echo FLUSHDB | redis-cli'],
    runs: ['redis-cli ping', 'redis-cli get del', 'redis-cli --scan --pattern x', 'redis-cli set a 1'],
  },
  {
    id: 'mongo',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: ['mongosh', 'mongo', 'mongorestore', 'mongoimport', 'mongoexport', 'arangosh', 'couchbase-cli'],
    when: ({ args, input }) =>
      args.some((arg) => /^(--drop|bucket-(delete|flush))$/.test(arg)) ||
      /\.(drop\w*|delete(One|Many)?|remove|findOneAndDelete|findAndModify|truncate)\s*\(|\brunCommand\s*\(\s*\{\s*['"]?(drop\w*|delete)\b/.test(
        [...args, input ?? ''].join('\n'),
      ),
    asks: ["mongosh --eval 'db.users.drop()'", "mongosh app --eval 'db.users.deleteMany({})'", 'mongorestore --drop dump'],
    runs: ["mongosh --eval 'db.users.find()'", 'mongorestore dump'],
  },
  {
    id: 'drop-database',
    category: 'databases',
    reason: MODIFY_DATABASE,
    programs: [
      'dropdb',
      'dropuser',
      'pg_dropcluster',
      'pg_resetwal',
      'mysqladmin',
      'pg_restore',
      'neo4j-admin',
      'etcdctl',
      'influx',
      'kafka-topics',
      'kafka-topics.sh',
      'kafka-delete-records',
      'rabbitmqctl',
      'rabbitmqadmin',
      'createdb',
      'mariadb-admin',
    ],
    when: ({ program, args }) => {
      if (program === 'createdb') return false;
      if (program === 'pg_restore') return has(args, '-c', '--clean');
      if (program === 'neo4j-admin')
        return args.includes('--overwrite-destination=true') || args.includes('--overwrite-destination') || has(args, '--force');
      if (program.startsWith('kafka')) return args.includes('--delete') || program === 'kafka-delete-records';
      if (program.startsWith('drop') || program.startsWith('pg_')) return args.length > 0;
      return verbs(args, /^(drop|del|delete|purge|reset|force_reset|purge_queue|delete_\w+)$/);
    },
    asks: ['dropdb shop', 'mysqladmin drop app', 'pg_restore --clean -d app dump', 'etcdctl del --prefix /app', 'influx delete --bucket b'],
    runs: ['createdb app', 'pg_restore -d app dump', 'mysqladmin status', 'etcdctl get /app'],
  },
];
