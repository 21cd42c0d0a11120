// The one door between wish and deed for commands: closed unless safety says safe, or the owner said yes to exactly this.
import { classify, survey, type Verdict } from '@tars/safety';
import { type Access, accessWords, USUAL } from '../shell/access.js';
import { accessFor, type Need } from './access/access-for.js';
import { factsOfMachine } from './access/machine-facts.js';
import { uncontained } from './access/uncontained.js';
import { type Asked, askOwner, type Weighed } from './ask-owner.js';
import { boundOf } from './bound.js';
import type { Context } from './context.js';
import { effectOf } from './effect/effect.js';
import { factsAbout } from './facts.js';
import { ownersWords } from './hear-owner.js';
import { asksForCommit, uncalledCommit } from './uncalled-commit.js';

export type Passage =
  /** `confirmationId` names the yes that the command's intent will consume; null where none was needed. */
  | { kind: 'open'; confirmationId: string | null; purpose: Verdict['purpose']; reason: string; access: Access }
  | { kind: 'closed'; text: string };

export async function passGate(context: Context, wish: Asked): Promise<Passage> {
  const { record, shell } = context;
  const { project } = record.task();
  const { command } = wish;
  const verdict = judge(command, { cwd: shell.cwd(), project });
  const { purpose } = verdict;
  const uncalled = commitsUncalled(context, command);
  if (uncalled !== null) return { kind: 'closed', text: uncalled };
  const need = await needOf(context, command, verdict.rule);
  if (need.kind === 'alone') return { kind: 'closed', text: need.text };
  const isSafe = verdict.kind === 'safe';
  if (isSafe && need.why === null) return { kind: 'open', confirmationId: null, purpose, reason: wish.agentSays, access: USUAL };
  const asking = isSafe ? { reason: need.why ?? '', rule: NEEDS_MORE } : verdict;
  let { access } = need;
  const ruling = await askOwner(context, wish, async () => {
    const now = await needOf(context, command, verdict.rule);
    access = now.kind === 'access' ? now.access : USUAL;
    return weigh(command, { cwd: shell.cwd(), project }, asking, accessWords(access));
  });
  return ruling.kind === 'open' ? { ...ruling, purpose, reason: asking.reason, access } : ruling;
}

/** A task on a branch of its own may commit there as it likes. */
function commitsUncalled(context: Context, command: string): string | null {
  const { project, isolate } = context.record.task();
  if (isolate || !command.includes('git') || asksForCommit(ownersWords(context))) return null;
  const { calls } = survey(command, { cwd: context.shell.cwd(), projectRoot: project, facts: factsAbout(project) });
  return uncalledCommit(calls, project);
}

/** The rule of commands that would be harmless, did they not need more than every command gets. */
const NEEDS_MORE = 'needs-more';

/** What the command needs beyond the sandbox; without one, only what it should ask for because of that. */
async function needOf({ record, shell }: Context, command: string, rule: string): Promise<Need> {
  const { id, createdAt, project } = record.task();
  const surveyed = survey(command, { cwd: shell.cwd(), projectRoot: project, facts: factsAbout(project) });
  const { confines, unguarded } = shell;
  if (confines === null) return { kind: 'access', access: USUAL, why: unguarded === null ? null : uncontained(surveyed, unguarded) };
  return accessFor(
    { command, calls: surveyed.calls, rule },
    factsOfMachine({ taskId: id, since: createdAt, shellPid: shell.pid, ...confines }),
  );
}

type Where = { cwd: string; project: string };

const judge = (command: string, { cwd, project }: Where): Verdict =>
  classify(command, { cwd, projectRoot: project, facts: factsAbout(project) });

/** What there is to say of a command that asks. Once it asked it asks to the end, however harmless it looks by now. */
export async function weigh(
  command: string,
  where: Where,
  asking: Pick<Verdict, 'reason' | 'rule'> = judge(command, where),
  access: string[] = [],
): Promise<Weighed> {
  const { cwd, project } = where;
  const now = judge(command, where);
  const { reason, rule } = now.kind === 'safe' ? asking : now;
  const surveyed = survey(command, { cwd, projectRoot: project, facts: factsAbout(project) });
  const bound = await boundOf(surveyed, { cwd, project, environment: process.env });
  return { cwd, reason, rule, access, bound, effect: () => effectOf(surveyed.calls, project) };
}
