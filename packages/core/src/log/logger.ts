// One line per thing that happened, on stderr, with every secret taken out; winston does the levels and the writing.
import winston from 'winston';
import type { Redact } from '../redact.js';
import { redactValue } from '../redact-value.js';
import { jsonLine, type Line, prettyLine } from './line.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'auto' | 'json' | 'pretty';
/** Names in snake_case, e.g. `task_id`; an error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

export type Logger = {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
};

type LoggerOptions = {
  /** Which process speaks: "api", "worker", … */
  service: string;
  level: LogLevel;
  /** `auto`: pretty on a terminal, otherwise JSON. */
  format: LogFormat;
  redact: Redact;
  stream?: NodeJS.WritableStream & { isTTY?: boolean };
  clock?: () => number;
};

export function createLogger({ service, level, format, redact, stream = process.stderr, clock = Date.now }: LoggerOptions): Logger {
  const render = format === 'pretty' || (format === 'auto' && stream.isTTY === true) ? prettyLine : jsonLine;
  const sink = winston.createLogger({
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    level,
    format: winston.format.printf(({ message }) => String(message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
    exitOnError: false,
  });

  const write = (lineLevel: LogLevel, msg: string, fields: LogFields): void => {
    if (!sink.isLevelEnabled(lineLevel)) return;
    const own = { ts: new Date(clock()).toISOString(), level: lineLevel, msg: redact(msg), service };
    sink.log(lineLevel, render(lineOf(own, fields, redact)));
  };
  const withFields = (inherited: LogFields): Logger => ({
    debug: (msg, fields) => write('debug', msg, { ...inherited, ...fields }),
    info: (msg, fields) => write('info', msg, { ...inherited, ...fields }),
    warn: (msg, fields) => write('warn', msg, { ...inherited, ...fields }),
    error: (msg, fields) => write('error', msg, { ...inherited, ...fields }),
    child: (fields) => withFields({ ...inherited, ...fields }),
  });
  return withFields({});
}

/** The line's own names win over fields; `error` is taken as another spelling of `err`. */
function lineOf(own: Line, { error, ...fields }: LogFields, redact: Redact): Line {
  const told = redactValue(error === undefined ? fields : { err: error, ...fields }, redact);
  return { ...own, ...(typeof told === 'object' ? told : {}), ...own };
}
