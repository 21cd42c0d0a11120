// start_autonomous_coding: accept a goal, answer at once, ring for a worker.
import type { Caller } from '../audit.js';
import type { EventOf } from '../event.js';
import { newTaskId, spellTaskId } from '../ids.js';
import { oneLine } from '../one-line.js';
import { alive } from '../redis/presence.js';
import type { Once } from '../redis/store.js';
import { isRepositoryLike } from '../repository.js';
import type { Task } from '../task.js';
import { done, type FunctionAnswer, refused } from './answer.js';
import type { CallContext, FunctionDeps } from './deps.js';
import { namedRepository } from './named-repository.js';
import { canReach, obstacleTo } from './obstacle.js';
import { resolveProject } from './project.js';

export type StartArguments = { goal?: string | undefined; project_path?: string | undefined; verbose_updates?: boolean | undefined };

const CALL_ECHO_MS = 24 * 3_600_000;
const SAME_WISH_MS = 30_000;

export async function start(deps: FunctionDeps, args: StartArguments, context: CallContext): Promise<FunctionAnswer> {
  const { settings, redis } = deps;
  // People say the code in passing; from here on everybody reads the goal, the model included.
  const goal = deps.redact(args.goal?.trim() ?? '');
  if (goal === '') return refused('no_goal', 'Please provide a coding goal, sir.');
  const said = args.project_path?.trim() || context.currentProject || '';
  if (said === '') return refused('no_project', 'Please open or specify a project first, sir.');

  const [workers, notifiers] = await Promise.all([alive(redis, 'worker'), alive(redis, 'notifier')]);
  const mayBeCloned = [...(settings.repositories ?? []), ...workers.flatMap((worker) => worker.repositories ?? [])];
  const named = isRepositoryLike(said) ? namedRepository(said, mayBeCloned) : null;
  const project =
    named ??
    (await resolveProject(
      said,
      settings.projectsRoots,
      workers.flatMap((worker) => worker.roots),
      settings.reserved,
    ));
  if (!project.ok) return refused(project.reason, project.message, { say: project.say });

  const repository = named?.ok ? named.repository : null;
  const place = { project: project.path, repository: repository && { ...repository, commit: null } };
  const pool = canReach(workers, place)[0]?.pool ?? '';
  const at = deps.clock();
  const created = await accepted(deps, {
    event: {
      type: 'task.queued',
      at,
      goal,
      project: project.path,
      sessionId: context.sessionId,
      owner: settings.owner,
      pool,
      verbose: args.verbose_updates ?? verbosityOf(goal) ?? settings.verbose,
      limits: settings.limits,
      ...(context.isolate === true || repository !== null ? { isolate: true } : {}),
      ...(repository === null ? {} : { repository }),
      ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
      channel: context.channel,
    },
    once: [
      ...(context.callId === undefined ? [] : [{ key: JSON.stringify(['call', context.sessionId, context.callId]), ttlMs: CALL_ECHO_MS }]),
      { key: JSON.stringify(['wish', context.sessionId, goal.toLowerCase(), project.path]), ttlMs: SAME_WISH_MS },
    ],
    by: context,
  });
  const { task } = created;
  // Not awaited: the record has the task, and the sweep finds it should the bell not be heard.
  if (created.fresh) void deps.bell.ring(pool, { taskId: task.id, attempt: 1 });

  const obstacle = obstacleTo(workers, place);
  const updates = notifiers.some((notifier) => notifier.delivers)
    ? "I'll send updates to Discord and you can check progress anytime."
    : 'You can check progress anytime; updates will not reach Discord, because nothing is set up to send them.';
  const lines = [
    `Started autonomous coding task #${task.id} in background, sir.`,
    `Goal: ${oneLine(task.goal)}`,
    `Project: ${task.project}${project.created ? ' (new folder)' : ''}`,
    obstacle ?? updates,
  ];
  const say =
    obstacle === null
      ? `Started task ${spellTaskId(task.id)}${updates.startsWith("I'll") ? ", I'll update you on Discord" : ''}.`
      : `Task ${spellTaskId(task.id)} is queued, sir, but no worker can take it right now.`;
  return { ...done('queued', lines.join('\n'), say, task), ...(created.fresh ? {} : { reasonCode: 'deduplicated' }) };
}

type Acceptance = { event: EventOf<'task.queued'>; once: Once[]; by: Caller };

/** Tries ids until one is free; 65,536 exist, so a handful of tries always suffices unless nearly all are kept. */
async function accepted(deps: FunctionDeps, { event, once, by }: Acceptance): Promise<{ task: Task; fresh: boolean }> {
  for (let tries = 0; tries < 50; tries++) {
    const created = await deps.store.create(newTaskId(), event, once, by);
    if (created.kind !== 'taken') return { task: created.task, fresh: created.kind === 'created' };
  }
  throw new Error('No free task id was found: too many tasks are kept. Remove old ones.');
}

/** "with minimal updates" and "with detailed updates" in the goal's own words. */
function verbosityOf(goal: string): boolean | null {
  const said = /\b(minimal|detailed)\s+updates\b/i.exec(goal)?.[1]?.toLowerCase();
  return said === undefined ? null : said === 'detailed';
}
