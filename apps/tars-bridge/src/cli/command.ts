// What a command is: its own help, the options it takes, and what it does with them.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Terminal } from './terminal.js';

type OptionConfig = NonNullable<ParseArgsConfig['options']>[string];
/** `help` is one line; `value` names the value of a string option, as in `--project DIR`; `choices` are all it can be. */
export type Option = OptionConfig & { help: string; value?: string; choices?: readonly string[] };
export type Options = Readonly<Record<string, Option>>;

type Parsed<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>>;
export type Arguments<O extends Options> = { values: Parsed<O>['values']; positionals: string[] };

export type Command = {
  /** After `tars`, for example `status [id]`. */
  usage: string;
  /** Further lines of help. */
  details: readonly string[];
  options: Options;
  /** Resolves to the exit code. */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
};

export const HELP = { type: 'boolean', short: 'h', help: 'Show this help.' } as const;
export const ENV_FILE = { type: 'string', value: 'FILE', help: 'Read settings from this file; the environment wins.' } as const;
export const JSON_OUTPUT = { type: 'boolean', help: 'Print JSON.' } as const;

/** A command whose `run` gets its arguments already parsed, typed by its own options. */
export function defineCommand<const O extends Options>(definition: {
  usage: string;
  details?: readonly string[];
  options: O;
  run(args: Arguments<O>, terminal: Terminal): Promise<number>;
}): Command {
  const { usage, details = [], options, run } = definition;
  return {
    usage,
    details,
    options,
    async run(argv, terminal) {
      const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
      return run({ values, positionals }, terminal);
    },
  };
}
