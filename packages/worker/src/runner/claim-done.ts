// "Done" is only a claim: the project's own checks decide, run by the harness itself.
import { agentLines, type EventOf, MAX_REFUTATIONS, type Task } from '@tars/core';
import { projectBranch } from '../workspace/branch.js';
import type { Diff } from '../workspace/project-diff.js';
import { commitWork, mergeForecast, type Worktree } from '../workspace/worktree.js';
import type { Context } from './context.js';
import { isUnheard } from './hear-owner.js';
import { error, ok, resultOf } from './perform.js';
import { canMend, proveHere } from './prove-here.js';

const LONGEST_SUBJECT = 72;

/** `callId` of the `finish` call, or null when a reply without calls made the claim. */
export async function claimDone(context: Context, said: string, callId: string | null): Promise<'goes on' | 'ended'> {
  const summary = agentLines(said);
  if (isUnheard(context)) return notYet(context, callId);
  const { record, steps, shell, worktree, now } = context;
  const { project, refutations } = record.task();
  const { proof, failures, diff } = await proveHere(context);

  // Said while the checks ran.
  if (isUnheard(context)) return notYet(context, callId);
  // A doubt may be mended: the model hears of it once, and the next time it is the owner who does.
  const isDoubted = proof.verdict === 'UNVERIFIED' && (proof.doubts ?? []).length > 0;
  if (proof.verdict !== 'REFUTED' && !(isDoubted && refutations === 0 && canMend(record.task(), proof))) {
    // Nothing of the task may outlive its end.
    await shell.close();
    await steps.end();
    const suggestedCommitMessage = commitMessage(summary, record.task().goal, diff);
    const forecast = worktree === null ? null : await handIn(worktree, suggestedCommitMessage, record.task());
    const branch = await projectBranch(project);
    const end = {
      type: 'task.finished',
      at: now(),
      proof,
      summary: forecast === null ? summary : `${summary.trimEnd()}\n\n${forecast}`,
      filesChanged: diff.files.map(({ path }) => path),
      branch,
      suggestedCommitMessage,
    } as const;
    await record.commit([end], callId === null ? [] : [resultOf(context, callId, ok(`${proof.sentence}${whatIsThere(end)}`))]);
    return 'ended';
  }

  const why = isDoubted ? `${(proof.doubts ?? []).join('; ')}.` : proof.sentence;
  const text = `Not done: ${why}\n${failures}\nFix what is wrong, then finish again. Do not weaken or delete tests to make them pass.`;
  const refuted = { type: 'claim.refuted', at: now(), proof: { ...proof, sentence: why } } as const;
  const told = callId === null ? { kind: 'note' as const, turn: record.task().turns, text } : resultOf(context, callId, error(text));
  if (refutations + 1 < MAX_REFUTATIONS) {
    await record.commit([refuted], [told]);
    return 'goes on';
  }
  await shell.close();
  await steps.end();
  const message = `Said done ${MAX_REFUTATIONS} times, but the checks still fail: ${proof.sentence}`;
  await record.commit([refuted, { type: 'task.failed', at: now(), reason: 'refuted', message }], [told]);
  return 'ended';
}

/** Nothing is done while the owner has a word the model does not know: it comes with the next request. */
async function notYet(context: Context, callId: string | null): Promise<'goes on'> {
  const text = 'Not done yet: the owner has said something meanwhile. Read it, act on it, then finish again.';
  if (callId !== null) await context.record.commit([], [resultOf(context, callId, error(text))]);
  return 'goes on';
}

/** What was done in a worktree becomes a commit on its branch; how that merges is part of what the owner is told. */
async function handIn(worktree: Worktree, subject: string | null, { id, repository }: Task): Promise<string | null> {
  await commitWork(worktree, `${subject ?? 'TARS: background task'}\n\nTARS task #${id}`);
  // Where a clone came from nobody here can see what it would be merged into.
  return repository === null ? mergeForecast(worktree) : null;
}

/** The summary's first line, as a commit's subject; null where nothing changed. */
function commitMessage(summary: string, goal: string, { files }: Diff): string | null {
  if (files.length === 0) return null;
  const [only] = files;
  const count = files.length === 1 ? `Change ${only?.path ?? ''}` : `Change ${files.length} files`;
  const subject = [summary, goal, count].map(firstLine).find((line) => line !== '') ?? count;
  return subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 1).trimEnd()}…`;
}

/** For an owner who goes on with the task: "push it" needs no looking round. */
const whatIsThere = ({ filesChanged, branch, suggestedCommitMessage }: EventOf<'task.finished'>): string =>
  suggestedCommitMessage === null
    ? ''
    : `\nChanged${branch === null ? '' : ` on ${branch}`}: ${filesChanged.slice(0, MOST_NAMED).join(', ')}${filesChanged.length > MOST_NAMED ? ` and ${filesChanged.length - MOST_NAMED} more` : ''}\nSuggested commit message: ${suggestedCommitMessage}`;
const MOST_NAMED = 20;

const firstLine = (text: string): string =>
  text
    .trim()
    .split('\n', 1)[0]
    ?.replace(/^#+\s*/, '')
    .replace(/[.\s]+$/, '') ?? '';
