// The parts of a task's page that change as a whole, each by its name, made the same way for the page and for its live stream.
import { createHash, randomUUID } from 'node:crypto';
import type { Redact } from '@tars/core';
import { Ask } from './parts/ask.js';
import { Changes } from './parts/changes.js';
import { Deeds } from './parts/deeds.js';
import { Ending } from './parts/ending.js';
import { Head } from './parts/head.js';
import { Phases } from './parts/phases.js';
import { Plan } from './parts/plan.js';
import { Proof } from './parts/proof.js';
import { rendered } from './shell.js';
import type { Watched } from './watched.js';

export type PartName = 'head' | 'ask' | 'ending' | 'proof' | 'deeds' | 'phases' | 'plan' | 'changes';

export type Part = {
  name: PartName;
  /** For the browser whose forms bring `csrf` along. */
  htmlFor(csrf: string): string;
  /** Another one means that something changed. */
  mark: string;
};

/** Stands in forms for what differs from browser to browser, so that all who watch share the rest. */
const SLOT = randomUUID();

export function partsOf({ task, story, diff }: Watched, { now, redact }: { now: number | null; redact: Redact }): Part[] {
  const views: Readonly<Record<PartName, unknown>> = {
    head: <Head task={task} />,
    ask: <Ask task={task} csrf={SLOT} />,
    ending: <Ending task={task} />,
    proof: <Proof proof={task.proof} />,
    deeds: <Deeds task={task} csrf={SLOT} />,
    phases: <Phases phases={story.phases} now={now} />,
    plan: <Plan task={task} />,
    changes: <Changes taskId={task.id} diff={diff} redact={redact} />,
  };
  return Object.entries(views).map(([name, view]) => {
    const html = rendered(view);
    const mark = createHash('sha1').update(html.replaceAll(SLOT, '')).digest('base64url').slice(0, 10);
    return { name: name as PartName, htmlFor: (csrf) => html.replaceAll(SLOT, csrf), mark };
  });
}
