// A real logger whose lines a test can read.
import { PassThrough } from 'node:stream';
import { createLogger, type Logger } from '@tars/core/log';

export function readableLogger(): { logger: Logger; lines(): { level: string; msg: string }[] } {
  const stream = new PassThrough();
  const text: string[] = [];
  stream.on('data', (chunk) => text.push(String(chunk)));
  return {
    logger: createLogger({ service: 'test', level: 'debug', format: 'json', redact: (line) => line, stream }),
    lines: () =>
      text
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}
