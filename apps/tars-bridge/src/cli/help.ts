// The help texts, made from the table and from each command's own description of itself.
import type { Command, Option } from './command.js';
import { COMMANDS } from './commands.js';

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
};

export function overview(): string {
  const rows = COMMANDS.map(({ name, summary }) => [name, summary] as const);
  return [
    'tars: hand over a coding goal, walk away, stay in command.',
    '',
    'Usage: tars <command> [options]',
    '',
    columns(rows),
    '',
    'tars <command> --help tells more about one; tars --version its version.',
    'Exit codes: 0 ok, 1 the task failed or was refused, 2 usage or settings, 3 waits for a human, 4 timeout, 5 cancelled,',
    '69 Redis unreachable, 130 interrupted.',
  ].join('\n');
}

const flag = (name: string, { short, value }: Option): string =>
  `${short === undefined ? '' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

export function helpOf(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [flag(name, option), option.help] as const);
  return [`Usage: tars ${command.usage}`, '', ...command.details, ...(command.details.length === 0 ? [] : ['']), columns(rows)].join('\n');
}
