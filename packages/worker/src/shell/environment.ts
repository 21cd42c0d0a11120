// What a command may see of the worker's environment: an allow-list, and nothing secret.
import { ATTEMPT_MARK, SINCE_MARK, TASK_MARK } from './process-tree.js';

const PASSED_ON = /^(PATH|HOME|LANG|LC_[A-Z]+)$/;

/** `added`: variables the caller vouches for, such as the agent socket of an approved push. */
export function shellEnvironment(
  source: NodeJS.ProcessEnv,
  {
    taskId,
    since,
    attempt,
    tempDir,
    added = {},
  }: { taskId: string; since: number; attempt: number; tempDir: string; added?: Readonly<Record<string, string>> | undefined },
): Record<string, string> {
  const passed = Object.entries(source).filter((entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined);
  return {
    ...Object.fromEntries(passed),
    TERM: 'dumb',
    TMPDIR: tempDir,
    NO_COLOR: '1',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    npm_config_update_notifier: 'false',
    // Nobody is there to type a password.
    GIT_TERMINAL_PROMPT: '0',
    // Nor to write into an editor: what opens one fails at once and says so.
    ...Object.fromEntries(['EDITOR', 'VISUAL', 'GIT_EDITOR', 'GIT_SEQUENCE_EDITOR'].map((name) => [name, 'false'])),
    ...added,
    [TASK_MARK]: taskId,
    [SINCE_MARK]: String(since),
    [ATTEMPT_MARK]: String(attempt),
  };
}
