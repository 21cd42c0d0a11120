// What a rule is: data with an id, a reason and examples both ways; a test walks every table.
import type { Call } from './call.js';

export type Category =
  | 'files'
  | 'databases'
  | 'version control'
  | 'permissions'
  | 'processes and services'
  | 'privileges'
  | 'disks and power'
  | 'infrastructure'
  | 'remote code'
  | 'secrets'
  | 'system'
  | 'resources'
  | 'unreadable';

/** What can be found in a command, with examples of lines that ask for it and of lines beside them that run. */
export type Described = {
  readonly id: string;
  readonly category: Category;
  /** Completes "this is needed to …". */
  readonly reason: string;
  readonly asks: readonly string[];
  readonly runs: readonly string[];
};

export type Rule = Described & {
  /** Programs the rule looks at, by base name. */
  readonly programs: readonly string[];
  /** Absent: every call of these programs. */
  readonly when?: (call: Call) => boolean;
};

export const DELETE_FILES = 'delete files';
export const OVERWRITE_FILES = 'overwrite files';
export const MODIFY_DATABASE = 'modify database';
export const FORCE_PUSH = 'force push to git (destructive)';
export const DISCARD_CHANGES = 'discard all changes';
export const REWRITE_HISTORY = 'delete git branches or history';
export const CHANGE_PERMISSIONS = 'change permissions';
export const TERMINATE = 'terminate processes';
export const ELEVATE = 'run with elevated privileges';
export const ERASE_DISK = 'erase a disk';
export const POWER_OFF = 'shut down the machine';
export const DELETE_RESOURCES = 'delete containers or cloud resources';
export const RUN_REMOTE = 'run code from the internet';
export const SEND_SECRETS = 'send secrets out';
export const CHANGE_SYSTEM_FILES = 'change system or start-up files';
export const CHANGE_SYSTEM = 'change system settings';
export const EXHAUST = 'use up the machine';

export const TOO_LONG = 'run a command too long to check';
export const NOT_READABLE = 'run a command that cannot be read';
export const DYNAMIC = 'run something only known when it runs';
