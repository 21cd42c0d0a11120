// "Done" is only a claim: the project's own checks decide, run by the harness itself.
import { agentLines, MAX_REFUTATIONS } from '@tars/core';
import { findChecks } from '../proof/find-checks.js';
import { prove } from '../proof/prove.js';
import { quoted } from '../shell/command-loop.js';
import { projectBranch } from '../workspace/branch.js';
import { commitWork, mergeForecast, type Worktree } from '../workspace/worktree.js';
import type { Context } from './context.js';
import { isUnheard } from './hear-owner.js';
import { error, ok, resultOf } from './perform.js';
import { execute } from './run-command.js';

const CHECK_TIMEOUT_S = 300;

/** `callId` of the `finish` call, or null when a reply without calls made the claim. */
export async function claimDone(context: Context, said: string, callId: string | null): Promise<'goes on' | 'ended'> {
  const summary = agentLines(said);
  if (isUnheard(context)) return notYet(context, callId);
  const { record, steps, shell, worktree, now } = context;
  const { project, refutations } = record.task();
  const checks = await findChecks(project);
  const diff = await steps.changes();
  let ran = 0;
  const { proof, failures } = await prove({
    checks,
    diff,
    run: async ({ kind, command }) => {
      const { result, events } = await execute(context, {
        callId: `check-${record.task().attempt}-${refutations}-${ran++}`,
        // The model may have left the shell anywhere.
        command: shell.cwd() === project ? command : `cd ${quoted(project)} && ${command}`,
        reason: 'verify the result',
        purpose: kind === 'test' ? 'test' : 'build',
        confirmationId: null,
        timeoutSeconds: CHECK_TIMEOUT_S,
      });
      await record.commit(events);
      return result;
    },
  });

  // Said while the checks ran.
  if (isUnheard(context)) return notYet(context, callId);
  if (proof.verdict !== 'REFUTED') {
    // Nothing of the task may outlive its end.
    await shell.close();
    await steps.end();
    const suggestedCommitMessage = commitMessage(summary, diff.files.length);
    const forecast = worktree === null ? null : await handIn(worktree, suggestedCommitMessage, record.task().id);
    const end = {
      type: 'task.finished',
      at: now(),
      proof,
      summary: forecast === null ? summary : `${summary.trimEnd()}\n\n${forecast}`,
      filesChanged: diff.files.map(({ path }) => path),
      branch: await projectBranch(project),
      suggestedCommitMessage,
    } as const;
    await record.commit([end], callId === null ? [] : [resultOf(context, callId, ok(proof.sentence))]);
    return 'ended';
  }

  const text = `Not done: ${proof.sentence}\n${failures}\nFix what is wrong, then finish again. Do not weaken or delete tests to make them pass.`;
  const refuted = { type: 'claim.refuted', at: now(), proof } as const;
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
async function handIn(worktree: Worktree, subject: string | null, id: string): Promise<string> {
  await commitWork(worktree, `${subject ?? 'TARS: background task'}\n\nTARS task #${id}`);
  return mergeForecast(worktree);
}

/** The summary's first line, as a commit's subject; null where nothing changed. */
function commitMessage(summary: string, files: number): string | null {
  const subject =
    summary
      .trim()
      .split('\n', 1)[0]
      ?.replace(/[.\s]+$/, '') ?? '';
  if (files === 0 || subject === '') return null;
  return subject.length <= 72 ? subject : `${subject.slice(0, 71)}…`;
}
