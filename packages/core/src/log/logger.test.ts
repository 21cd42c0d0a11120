import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createRedactor } from '../redact.js';
import { captureConsole } from './capture-console.js';
import { createLogger, type LogFormat, type LogLevel } from './logger.js';

function logging({ format = 'json', level = 'info', isTTY = false }: { format?: LogFormat; level?: LogLevel; isTTY?: boolean } = {}) {
  let written = '';
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    }),
    { isTTY },
  );
  const logger = createLogger({
    service: 'api',
    level,
    format,
    redact: createRedactor(['6283', 'planted-secret']),
    stream,
    clock: () => 0,
  });
  return {
    logger,
    text: () => written,
    lines: () =>
      written
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  };
}

test('a line is one JSON object with the time, the level, the message and who spoke', () => {
  const { logger, text } = logging();
  logger.info('Listening', { port: 5002 });
  expect(text()).toBe('{"ts":"1970-01-01T00:00:00.000Z","level":"info","msg":"Listening","service":"api","port":5002}\n');
});

test('a child adds its fields to each line; the own names of a line cannot be taken', () => {
  const { logger, lines } = logging();
  logger
    .child({ task_id: 'a7f3' })
    .child({ attempt: 2 })
    .warn('Late', { attempt: 3, level: 'fake', service: 'fake', ts: 'fake', msg: 'fake' });
  expect(lines()).toEqual([{ ts: '1970-01-01T00:00:00.000Z', level: 'warn', msg: 'Late', service: 'api', task_id: 'a7f3', attempt: 3 }]);
});

test('lower levels are silent', () => {
  const { logger, lines } = logging({ level: 'warn' });
  logger.debug('a');
  logger.info('b');
  logger.warn('c');
  logger.error('d');
  expect(lines().map(({ msg }) => msg)).toEqual(['c', 'd']);
});

test('an error is told with type, message and stack, under err', () => {
  const { logger, lines } = logging();
  logger.error('Failed', { err: new RangeError('too far') });
  logger.error('Failed', { error: new RangeError('too far') });
  for (const { err, error } of lines()) {
    expect(err).toEqual({ type: 'RangeError', message: 'too far', stack: expect.stringContaining('logger.test') });
    expect(error).toBeUndefined();
  }
});

test('planted secrets are in no line, wherever they are put', () => {
  for (const format of ['json', 'pretty'] as const) {
    const { logger, text } = logging({ format });
    logger.child({ goal: 'use planted-secret' }).error('code 6283 and planted-secret', {
      err: new Error('planted-secret'),
      list: [{ deep: 'planted-secret' }],
      'planted-secret': 1,
      headers: { authorization: 'Basic eDp5' },
      code: 6283,
    });
    expect(text()).toContain('[redacted]');
    expect(text()).not.toMatch(/planted-secret|6283|eDp5/);
  }
});

test('one entry is one line, whatever the message holds', () => {
  const { logger, text, lines } = logging();
  logger.info('a\n{"level":"error"}\r\u2028b', { text: '\n\n' });
  expect(text().match(/\n/g)).toHaveLength(1);
  expect(lines()).toHaveLength(1);
  const pretty = logging({ format: 'pretty' });
  pretty.logger.info('a\nWARN fake\u001b[2Jb\u202e', { text: '\n\n' });
  expect(pretty.text().match(/\n/g)).toHaveLength(1);
  for (const harm of ['\u001b[2J', '\u202e']) expect(pretty.text()).not.toContain(harm);
});

test('auto is pretty on a terminal and JSON elsewhere', () => {
  const terminal = logging({ format: 'auto', isTTY: true });
  terminal.logger.info('Listening', { port: 5002, err: new Error('away') });
  expect(terminal.text()).toMatch(/^.*00:00:00.* .*INFO .* .*api.* Listening .*port=.*5002\n {2}Error: away\n/);
  const piped = logging({ format: 'auto' });
  piped.logger.info('Listening');
  expect(piped.lines()).toHaveLength(1);
});

test('what cannot be written as JSON does not break a line', () => {
  const { logger, lines } = logging();
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  logger.info('odd', { cyclic, big: 10n, call: () => {}, nothing: undefined });
  expect(lines()).toEqual([expect.objectContaining({ cyclic: { self: '[circular]' }, big: '10', call: '[function]' })]);
});

test('console.warn and console.error speak through the log until it is given back', () => {
  const { logger, lines } = logging();
  const { warn, error } = console;
  const giveBack = captureConsole(logger);
  console.warn('The model %s is retired', 'claude-x', { since: 1 });
  console.error('planted-secret');
  giveBack();
  expect(lines()).toEqual([
    expect.objectContaining({ level: 'warn', msg: 'The model claude-x is retired { since: 1 }' }),
    expect.objectContaining({ level: 'error', msg: '[redacted]' }),
  ]);
  expect([console.warn, console.error]).toEqual([warn, error]);
});
