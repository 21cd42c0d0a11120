// Reads a git command line: the options before the subcommand, then the subcommand and its own arguments.
import { firstOperand } from './call.js';

const GLOBAL_VALUED = [
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--super-prefix',
  '--config-env',
  '--attr-source',
];

export type GitCall = {
  readonly verb: string;
  readonly rest: readonly string[] /** `-c name=value`, in order. */;
  readonly settings: readonly string[];
};

export function readGit(args: readonly string[]): GitCall {
  const at = firstOperand(args, GLOBAL_VALUED);
  const settings = args
    .slice(0, at)
    .flatMap((arg, index, before) => (arg === '-c' || arg === '--config-env' ? (before[index + 1] ?? []) : []));
  return { verb: args[at] ?? '', rest: args.slice(at + 1), settings };
}
