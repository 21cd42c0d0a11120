// Do updates reach n8n, and did it take the last ones?
import type { Config } from '@tars/core/env';
import { alive, createOutbox, type Redis } from '@tars/core/redis';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 3_000;
/** A refusal of last month says nothing of today. */
const RECENT_MS = 24 * 3_600_000;

const address = about('n8n');
const delivery = about('notifier');

export async function checkAddress({ updatesUrl }: Pick<Config, 'updatesUrl'>): Promise<Finding> {
  const { ok, note, problem } = address;
  if (updatesUrl === null) return note('Updates reach nobody.', 'Set N8N_WEBHOOK_URL to the address of your n8n workflow.');
  const { origin, pathname } = new URL(updatesUrl);
  if (pathname.includes('/webhook-test/')) {
    return problem(
      `The address at ${origin} is a test address of n8n, which answers only while its editor listens.`,
      'Activate the workflow and set N8N_WEBHOOK_URL (or DISCORD_UPDATES_WEBHOOK) to its production address, with /webhook/ instead of /webhook-test/.',
    );
  }
  try {
    // The server alone is asked: whatever the webhook is sent starts the workflow.
    await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
    return ok(`n8n answers at ${origin}.`);
  } catch (error) {
    return problem(
      `n8n does not answer at ${origin} (${whyNot(error)}).`,
      'Start it, or correct N8N_WEBHOOK_URL (or DISCORD_UPDATES_WEBHOOK). Updates wait until then; none is lost.',
    );
  }
}

export async function checkNotifier(redis: Redis, { updatesUrl }: Pick<Config, 'updatesUrl'>, now: number): Promise<Finding[]> {
  const { ok, note, problem } = delivery;
  const notifiers = await alive(redis, 'notifier');
  const fix = 'Run `tars up`, or `tars notifier` beside the api and the worker.';
  const presence =
    notifiers.length === 0
      ? (updatesUrl === null ? note : problem)('No notifier is alive: updates wait.', fix)
      : notifiers.some(({ delivers }) => delivers)
        ? ok('A notifier is alive and knows where to send updates.')
        : (updatesUrl === null ? note : problem)(
            'The notifier that is alive does not know where to send updates.',
            'Set N8N_WEBHOOK_URL where it runs, and start it again.',
          );
  const refusals = (await createOutbox(redis, 'n8n').refusals()).filter(({ at }) => now - at < RECENT_MS);
  const [last] = refusals;
  if (last === undefined) return [presence];
  const count = refusals.length === 1 ? 'one update' : `${refusals.length} updates`;
  return [
    presence,
    problem(
      `n8n refused ${count} in the last 24 hours, the last one of task #${last.taskId} with status ${last.status}.`,
      cureOf(last.status),
    ),
  ];
}

const cureOf = (status: number): string => {
  if (status === 401 || status === 403) return 'Give the notifier the N8N_WEBHOOK_TOKEN the workflow asks for.';
  if (status === 404) return 'Activate the workflow, and set N8N_WEBHOOK_URL to its production address.';
  if (status >= 300 && status < 400) return 'Set N8N_WEBHOOK_URL to the address it redirects to.';
  return "Look at the workflow's executions in n8n for what it did not like.";
};
