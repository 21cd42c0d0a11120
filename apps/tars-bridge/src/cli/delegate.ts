// A command that is another package's own bin, run in this process: same streams, same signals, its exit code.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { binOf } from '../package-bin.js';
import type { Command } from './command.js';

export function delegatingCommand(row: Omit<Command, 'run'> & { packageName: string; bin: string }): Command {
  const { packageName, bin, ...described } = row;
  return {
    ...described,
    async run(argv) {
      parseArgs({ args: [...argv], options: described.options, allowPositionals: false, strict: true });
      const path = binOf(packageName, bin);
      process.argv = [process.execPath, path, ...argv];
      await import(pathToFileURL(path).href);
      // The service has ended, and said how.
      return Number(process.exitCode ?? 0);
    },
  };
}
