// The four functions behind one door: arguments checked, permission checked, nothing thrown at the caller for what a user can cause.
import * as v from 'valibot';
import { within } from '../deferred.js';
import { isConnectionLoss } from '../redis/connection-loss.js';
import { answerAddressed, type FunctionAnswer, NOT_PERMITTED, refused, UNAVAILABLE } from './answer.js';
import { cancel } from './cancel.js';
import { check } from './check.js';
import { FUNCTION_NAMES, type FunctionName } from './declarations.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { start } from './start.js';
import { submit } from './submit.js';

/** Redis has this long to answer before the system counts as not available. */
const ANSWER_MS = 5_000;

const optionalText = v.optional(v.nullable(v.pipe(v.union([v.string(), v.number()]), v.transform(String))));
const text = v.pipe(
  optionalText,
  v.transform((said) => said ?? undefined),
);

/** Voice models send numbers for strings and strings for booleans: what is meant is plain, so it is taken. */
const Arguments = {
  start_autonomous_coding: v.strictObject({
    goal: text,
    project_path: text,
    verbose_updates: v.pipe(
      v.optional(v.nullable(v.union([v.boolean(), v.picklist(['true', 'false'])]))),
      v.transform((said) => (said === undefined || said === null ? undefined : said === true || said === 'true')),
    ),
  }),
  check_coding_progress: v.strictObject({ task_id: text }),
  cancel_coding_task: v.strictObject({ task_id: text }),
  submit_background_confirmation: v.strictObject({ task_id: text, confirmation_code: text }),
} as const;

export type Functions = ReturnType<typeof createFunctions>;

export function createFunctions(deps: FunctionDeps) {
  const dispatch = (name: FunctionName, args: unknown, context: CallContext): Promise<FunctionAnswer> | FunctionAnswer => {
    switch (name) {
      case 'start_autonomous_coding': {
        const parsed = v.safeParse(Arguments[name], args);
        return parsed.success ? start(deps, parsed.output, context) : badArguments(name, parsed.issues);
      }
      case 'check_coding_progress': {
        const parsed = v.safeParse(Arguments[name], args);
        return parsed.success ? check(deps, parsed.output) : badArguments(name, parsed.issues);
      }
      case 'cancel_coding_task': {
        const parsed = v.safeParse(Arguments[name], args);
        return parsed.success ? cancel(deps, parsed.output, context) : badArguments(name, parsed.issues);
      }
      case 'submit_background_confirmation': {
        const parsed = v.safeParse(Arguments[name], args);
        return parsed.success ? submit(deps.confirmations, parsed.output, context) : badArguments(name, parsed.issues);
      }
    }
  };

  return {
    /** Carries out a function for a host. User errors are answers; only a bug throws. */
    async call(name: string, args: unknown, context: CallContext): Promise<FunctionAnswer> {
      const known = FUNCTION_NAMES.find((candidate) => candidate === name);
      if (known === undefined) return refused('unknown_function', `There is no function ${name}. There are: ${FUNCTION_NAMES.join(', ')}.`);
      const { persona } = deps.settings;
      if (context.permission === 'limited') return answerAddressed(NOT_PERMITTED, persona);
      try {
        return answerAddressed(await within(ANSWER_MS, 'Redis', Promise.resolve(dispatch(known, args ?? {}, context))), persona);
      } catch (error) {
        if (deps.redis.isReady && !isConnectionLoss(error)) throw error;
        return answerAddressed(UNAVAILABLE, persona);
      }
    },
  };
}

function badArguments(name: string, issues: readonly v.BaseIssue<unknown>[]): FunctionAnswer {
  const paths = issues.map((issue) => v.getDotPath(issue) ?? 'arguments');
  return refused('bad_arguments', `${name} cannot use its arguments as they are: check ${[...new Set(paths)].join(', ')}, sir.`);
}
