// Every rule, and which of them look at a program.
import type { Call } from './call.js';
import type { Rule } from './rule.js';
import { CLOUD_RULES } from './rules/clouds.js';
import { CONTAINER_RULES } from './rules/containers.js';
import { DATABASE_RULES } from './rules/database.js';
import { DISK_RULES } from './rules/disk.js';
import { FILE_RULES } from './rules/files.js';
import { GIT_RULES } from './rules/git.js';
import { MIGRATION_RULES } from './rules/migrations.js';
import { NETWORK_RULES } from './rules/network.js';
import { OVERWRITE_RULES } from './rules/overwrite.js';
import { PERMISSION_RULES } from './rules/permissions.js';
import { SYSTEM_RULES } from './rules/system.js';
import { SYSTEM_FILE_RULES } from './rules/system-files.js';
import { VERB_RULE } from './rules/verbs.js';

export const RULES: readonly Rule[] = [
  ...PERMISSION_RULES,
  ...FILE_RULES,
  ...GIT_RULES,
  ...DATABASE_RULES,
  ...MIGRATION_RULES,
  ...DISK_RULES,
  ...OVERWRITE_RULES,
  ...NETWORK_RULES,
  ...CONTAINER_RULES,
  ...CLOUD_RULES,
  ...SYSTEM_RULES,
  ...SYSTEM_FILE_RULES,
  VERB_RULE,
];

const BY_PROGRAM = new Map<string, Rule[]>();
for (const rule of RULES) for (const program of rule.programs) BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), rule]);

/** The first rule that says this call should ask; `starts` means that its words are another program's, whose verbs are not its own. */
export const ruleFor = (call: Call, starts: boolean): Rule | undefined => {
  const own = BY_PROGRAM.get(call.program);
  return own?.find((rule) => rule.when?.(call) ?? true) ?? (!starts && VERB_RULE.when?.(call) ? VERB_RULE : undefined);
};
