// The functions behind one door: arguments checked, permission checked, nothing thrown at the caller for what a user can cause.
import * as v from 'valibot';
import { within } from '../deferred.js';
import { isConnectionLoss } from '../redis/connection-loss.js';
import { answerAddressed, type FunctionAnswer, NOT_PERMITTED, refused, UNAVAILABLE } from './answer.js';
import { answerAsked } from './answer-question.js';
import { cancel } from './cancel.js';
import { check } from './check.js';
import { EXTENDED_FUNCTION_NAMES, FUNCTION_NAMES, type FunctionName } from './declarations.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { list } from './list.js';
import { message } from './message.js';
import { pause } from './pause.js';
import { resume } from './resume.js';
import { retry } from './retry.js';
import { start } from './start.js';
import { submit } from './submit.js';

/** Redis has this long to answer before the system counts as not available. */
const ANSWER_MS = 5_000;

/** Voice models send numbers for strings, strings for booleans and null for nothing: what is meant is plain, so it is taken. */
const text = v.pipe(
  v.optional(v.nullable(v.pipe(v.union([v.string(), v.number()]), v.transform(String)))),
  v.transform((said) => said ?? undefined),
);
const flag = v.pipe(
  v.optional(v.nullable(v.union([v.boolean(), v.picklist(['true', 'false'])]))),
  v.transform((said) => (said === undefined || said === null ? undefined : said === true || said === 'true')),
);

type Deed = (deps: FunctionDeps, name: string, args: unknown, context: CallContext) => Promise<FunctionAnswer> | FunctionAnswer;

const taking =
  <Entries extends v.ObjectEntries>(
    entries: Entries,
    carryOut: (
      deps: FunctionDeps,
      args: v.InferOutput<v.StrictObjectSchema<Entries, undefined>>,
      context: CallContext,
    ) => Promise<FunctionAnswer>,
  ): Deed =>
  (deps, name, args, context) => {
    const parsed = v.safeParse(v.strictObject(entries), args);
    return parsed.success ? carryOut(deps, parsed.output, context) : badArguments(name, parsed.issues);
  };

const DEEDS: Readonly<Record<FunctionName, Deed>> = {
  start_autonomous_coding: taking({ goal: text, project_path: text, verbose_updates: flag }, start),
  check_coding_progress: taking({ task_id: text }, check),
  cancel_coding_task: taking({ task_id: text }, cancel),
  submit_background_confirmation: taking({ task_id: text, confirmation_code: text }, ({ confirmations }, args, context) =>
    submit(confirmations, args, context),
  ),
  list_coding_tasks: taking({ state: text }, list),
  pause_coding_task: taking({ task_id: text }, pause),
  resume_coding_task: taking({ task_id: text }, resume),
  message_coding_task: taking({ task_id: text, message: text }, message),
  retry_coding_task: taking({ task_id: text }, retry),
  answer_coding_question: taking({ task_id: text, answer: text }, answerAsked),
};
const NAMES: readonly FunctionName[] = [...FUNCTION_NAMES, ...EXTENDED_FUNCTION_NAMES];

export type Functions = ReturnType<typeof createFunctions>;

export function createFunctions(deps: FunctionDeps) {
  return {
    /** Carries out a function for a host. User errors are answers; only a bug throws. */
    async call(name: string, args: unknown, context: CallContext): Promise<FunctionAnswer> {
      const known = NAMES.find((candidate) => candidate === name);
      if (known === undefined) return refused('unknown_function', `There is no function ${name}. There are: ${NAMES.join(', ')}.`);
      const { persona } = deps.settings;
      if (context.permission === 'limited') return answerAddressed(NOT_PERMITTED, persona);
      try {
        return answerAddressed(await within(ANSWER_MS, 'Redis', Promise.resolve(DEEDS[known](deps, known, args ?? {}, context))), persona);
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
