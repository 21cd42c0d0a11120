// The one door between wish and deed for commands: closed unless safety says safe, or the owner said yes to exactly this.
import { classify, survey, type Verdict } from '@tars/safety';
import { type Asked, askOwner, type Weighed } from './ask-owner.js';
import { boundOf } from './bound.js';
import type { Context } from './context.js';
import { effectOf } from './effect/effect.js';
import { factsAbout } from './facts.js';

export type Passage =
  /** `confirmationId` names the yes that the command's intent will consume; null where none was needed. */
  { kind: 'open'; confirmationId: string | null; purpose: Verdict['purpose']; reason: string } | { kind: 'closed'; text: string };

export async function passGate(context: Context, wish: Asked): Promise<Passage> {
  const { record, shell } = context;
  const { project } = record.task();
  const verdict = judge(wish.command, { cwd: shell.cwd(), project });
  const { purpose } = verdict;
  if (verdict.kind === 'safe') return { kind: 'open', confirmationId: null, purpose, reason: wish.agentSays };
  const ruling = await askOwner(context, wish, () => weigh(wish.command, { cwd: shell.cwd(), project }, verdict));
  return ruling.kind === 'open' ? { ...ruling, purpose, reason: verdict.reason } : ruling;
}

type Where = { cwd: string; project: string };

const judge = (command: string, { cwd, project }: Where): Verdict =>
  classify(command, { cwd, projectRoot: project, facts: factsAbout(project) });

/** What there is to say of a command that asks. Once it asked it asks to the end, however harmless it looks by now. */
export async function weigh(command: string, where: Where, asking = judge(command, where)): Promise<Weighed> {
  const { cwd, project } = where;
  const now = judge(command, where);
  const { reason, rule } = now.kind === 'safe' ? asking : now;
  const surveyed = survey(command, { cwd, projectRoot: project, facts: factsAbout(project) });
  const bound = await boundOf(surveyed, { cwd, project, environment: process.env });
  return { cwd, reason, rule, access: [], bound, effect: () => effectOf(surveyed.calls, project) };
}
