// The `tars` command: finds what was typed in the table, runs it, and turns every ending into an exit code.
import { readFileSync } from 'node:fs';
import { COMMANDS } from './commands.js';
import { EXIT, type ExitCode, Stop } from './exit-code.js';
import { helpOf, overview } from './help.js';
import { note, out, type Terminal } from './terminal.js';

async function run([name, ...argv]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) {
    note(terminal, overview());
    return EXIT.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(argv[0], terminal);
  if (name === '--version' || name === '-v') {
    out(terminal, version());
    return EXIT.ok;
  }
  const command = await find(name);
  const beforeDashes = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  if (beforeDashes.includes('--help') || beforeDashes.includes('-h')) return help(name, terminal);
  return command.run(argv, terminal);
}

async function help(name: string | undefined, terminal: Terminal): Promise<number> {
  out(terminal, name === undefined ? overview() : helpOf(await find(name)));
  return EXIT.ok;
}

async function find(name: string) {
  const row = COMMANDS.find((known) => known.name === name);
  if (row === undefined) throw new Stop(EXIT.usage, `There is no command ${JSON.stringify(name)}. tars --help lists them.`);
  return row.load();
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

const NO_REDIS: ReadonlySet<string> = new Set(['redis_unreachable', 'no_redis_server']);

/** What went wrong in words, and the exit code that says so to a script. Only a bug shows where it happened. */
async function explain(error: unknown): Promise<{ message: string; exitCode: ExitCode }> {
  if (error instanceof Stop) return error;
  if (!(error instanceof Error)) return { message: String(error), exitCode: EXIT.failed };
  const { message } = error;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('ERR_PARSE_ARGS'))
    return { message: `${message}\ntars --help lists the commands and their options.`, exitCode: EXIT.usage };
  if (NO_REDIS.has(code)) return { message, exitCode: EXIT.noRedis };
  // Our own error classes carry a code in small letters and a message that says what to do.
  if (/^[a-z_]+$/.test(code)) return { message, exitCode: EXIT.usage };
  // Loaded only here: help and classify need no Redis client.
  const { redisTrouble } = await import('@tars/core/redis');
  const trouble = redisTrouble(error);
  if (trouble !== null) return { message: `This was not done. ${trouble} Then try again.`, exitCode: EXIT.noRedis };
  return { message: error.stack ?? message, exitCode: EXIT.failed };
}

/** A second signal ends the process at once: somebody is in a hurry. */
function interruption(): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort(signal);
    });
  }
  return controller;
}

const interrupted = interruption();
// A reader that has seen enough (`tars list | head -1`) is no error; what runs on behalf of this command is ended like by Ctrl+C.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  interrupted.abort('SIGPIPE');
});

const { stdin, stdout, stderr, env } = process;
const terminal: Terminal = { stdin, stdout, stderr, env, signal: interrupted.signal };
try {
  process.exitCode = await run(process.argv.slice(2), terminal);
} catch (error) {
  const { message, exitCode } = await explain(error);
  note(terminal, message);
  process.exitCode = exitCode;
}
