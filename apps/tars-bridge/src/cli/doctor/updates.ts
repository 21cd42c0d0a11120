// Do updates reach n8n, and did it take the last ones?
import type { Config } from '@tars/core/env';
import { alive, createOutbox, type Redis } from '@tars/core/redis';
import { about, type Finding, whyNot } from './finding.js';

const ANSWER_MS = 3_000;
/** A refusal of last month says nothing of today. */
const RECENT_MS = 24 * 3_600_000;
/** A notifier that can deliver does it within seconds. */
const SLOW_MS = 5 * 60_000;

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
  return [presence, ...(await checkOutbox(redis, now))];
}

/** What n8n would not take, and what waits to be delivered for so long that something must be wrong. */
async function checkOutbox(redis: Redis, now: number): Promise<Finding[]> {
  const { problem } = delivery;
  const outbox = createOutbox(redis, 'n8n');
  const [refusals, { tasks, oldestAt }] = await Promise.all([outbox.refusals(), outbox.backlog()]);
  const recent = refusals.filter(({ at }) => now - at < RECENT_MS);
  const findings: Finding[] = [];
  const [last] = recent;
  if (last !== undefined) {
    const many = recent.length === 1 ? 'One update was' : `${recent.length} updates were`;
    const how = last.status === null ? 'could not be read or put into words' : `n8n refused with status ${last.status}`;
    findings.push(problem(`${many} given up in the last 24 hours; the last one, of task #${last.taskId}, ${how}.`, cureOf(last.status)));
  }
  if (oldestAt !== null && now - oldestAt > SLOW_MS) {
    const whose = tasks === 1 ? 'Updates of one task wait' : `Updates of ${tasks} tasks wait`;
    const minutes = Math.floor((now - oldestAt) / 60_000);
    findings.push(
      problem(
        `${whose} to be delivered, the oldest for ${minutes} min.`,
        'None is lost: see that n8n answers, and the log of the notifier.',
      ),
    );
  }
  return findings;
}

const cureOf = (status: number | null): string => {
  if (status === null) return 'Run the same version of TARS everywhere, and look at the log of the notifier.';
  if (status === 401 || status === 403) return 'Give the notifier the N8N_WEBHOOK_TOKEN the workflow asks for.';
  if (status === 404) return 'Activate the workflow, and set N8N_WEBHOOK_URL to its production address.';
  if (status >= 300 && status < 400) return 'Set N8N_WEBHOOK_URL to the address it redirects to.';
  return "Look at the workflow's executions in n8n for what it did not like.";
};
