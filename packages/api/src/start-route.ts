// A new task by plain HTTP: 201 and the task, or what is wrong with the wish.
import type { FunctionAnswer, Functions } from '@tars/core';
import type { MiddlewareHandler } from 'hono';
import * as v from 'valibot';
import type { Api, ApiEnv } from './api-env.js';
import { parseBody } from './body.js';
import { NO_SESSION } from './function-route.js';
import { type Refusal, refusal, refuse, unavailable } from './refusal.js';

const text = v.nullish(v.string('a string'));

/** `project` is how a task names it when it is read; the voice function calls it `project_path`. */
export const StartBody = v.strictObject({
  goal: text,
  project: text,
  project_path: text,
  verbose_updates: v.nullish(v.boolean('a boolean')),
  /** In a worktree of its own, on the branch `tars/<id>`. */
  isolate: v.nullish(v.boolean('a boolean')),
  session_id: text,
  call_id: text,
});

/** The functions' own sentences repeat what was said; these do not. */
const REFUSALS: Readonly<Record<string, string>> = {
  no_goal: 'goal is missing: say what is to be built.',
  no_project: 'project is missing: an absolute path, the name of a folder under PROJECTS_ROOT, or the address of a git repository.',
  bad_repository:
    'That address of a repository cannot be used: https://, ssh://, file:// or user@host:path, without a password or token, and #branch at most.',
  repository_not_allowed: 'That repository is not among those that may be cloned: PROJECTS_GIT_URLS of the worker lists them.',
  outside_roots: 'The project lies outside the project roots. Choose a folder inside, or add a root to PROJECTS_ROOT.',
  not_a_folder: 'The project is a file, not a folder.',
  project_missing: 'The project folder does not exist. Create it first, or name a folder directly under a project root.',
  bad_project_name: "The project is neither an absolute path nor a folder's name.",
  ambiguous_project: 'Several projects are called that. Give the path of the one that is meant.',
  cannot_create: 'The project folder could not be made. Make it yourself, or name one that exists.',
  no_roots: 'No project roots are set. Set PROJECTS_ROOT to the folder that holds your projects.',
};

export type StartRoute = { functions: Functions; door: MiddlewareHandler<ApiEnv> };

export function addStartRoute(app: Api, { functions, door }: StartRoute): void {
  app.post('/api/tasks', door, async (c) => {
    const body = parseBody(c.req, c.var.body, StartBody);
    if (!body.ok) return refuse(c, body);
    const { goal, project, project_path = project, verbose_updates, isolate, session_id, call_id } = body.value;
    const answer = await functions.call(
      'start_autonomous_coding',
      { goal, project_path, verbose_updates },
      {
        sessionId: session_id ?? NO_SESSION,
        callId: call_id ?? undefined,
        credential: c.var.credential,
        isolate: isolate ?? false,
        channel: 'http',
      },
    );
    if (!answer.ok || answer.task === undefined) return refuse(c, refusalOf(answer));
    c.set('aboutTask', answer.task.task_id);
    c.set('session', session_id ?? NO_SESSION);
    c.header('Location', `/api/tasks/${answer.task.task_id}`);
    return c.json({ ...answer.task, message: answer.text }, answer.reasonCode === 'deduplicated' ? 200 : 201);
  });
}

function refusalOf({ reasonCode = 'error' }: FunctionAnswer): Refusal {
  if (reasonCode === 'unavailable') return unavailable();
  return refusal(
    reasonCode === 'ambiguous_project' ? 409 : 400,
    reasonCode,
    REFUSALS[reasonCode] ?? 'No task can be started in that project.',
  );
}
