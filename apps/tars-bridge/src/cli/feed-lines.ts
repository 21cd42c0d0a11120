// What happens to a task as lines of a terminal: when, in which colour, and what commands printed set apart from it.
import type { Event, EventType } from '@tars/core';
import type { Paint, Style } from './paint.js';
import { printable } from './terminal.js';

const STYLES: { readonly [Type in EventType]?: Style } = {
  'task.queued': 'bold',
  'tests.passed': 'green',
  'task.finished': ['bold', 'green'],
  'task.failed': ['bold', 'red'],
  'task.timed_out': ['bold', 'red'],
  'task.cancelled': 'yellow',
  'confirmation.requested': ['bold', 'yellow'],
  'confirmation.reminded': 'yellow',
  'question.asked': ['bold', 'yellow'],
  'question.reminded': 'yellow',
  'notice.given': 'dim',
  'claim.refuted': 'yellow',
};

const TIME_CHARS = 8;
const INDENT = ' '.repeat(TIME_CHARS + 2);

export function feedLines(event: Event, message: string, paint: Paint): string {
  const [first = '', ...more] = printable(message).split('\n');
  let isOutput = false;
  const below = more.flatMap((line) => {
    if (line === '```') {
      isOutput = !isOutput;
      return [];
    }
    return [isOutput ? `${INDENT}${paint('dim', `│ ${line}`)}` : line === '' ? '' : `${INDENT}${line}`];
  });
  const failed = event.type === 'command.finished' && event.exitCode !== 0;
  const style = failed ? 'red' : (STYLES[event.type] ?? null);
  return [`${paint('dim', timeOf(event.at))}  ${paint(style, first)}`, ...below].join('\n');
}

const timeOf = (at: number): string => new Date(at).toLocaleTimeString('en-GB', { hour12: false });
