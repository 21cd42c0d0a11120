// Does a notifier live, what waits to be told, and what was given up?
import type { Config } from '@tars/core/env';
import { alive, createOutbox, type NotifierPresence, type Redis } from '@tars/core/redis';
import { about, type Finding } from './finding.js';

/** A refusal of last month says nothing of today. */
const RECENT_MS = 24 * 3_600_000;
/** A notifier that can deliver does it within seconds. */
const SLOW_MS = 5 * 60_000;

const { ok, note, problem } = about('notifier');

type Way = { channel: 'n8n' | 'discord'; name: string };
const N8N: Way = { channel: 'n8n', name: 'n8n' };
const DISCORD: Way = { channel: 'discord', name: 'Discord' };

export async function checkNotifier(
  redis: Redis,
  { updatesUrl, discordWebhookUrl }: Pick<Config, 'updatesUrl' | 'discordWebhookUrl'>,
  now: number,
): Promise<Finding[]> {
  const isWanted = updatesUrl !== null || discordWebhookUrl !== null;
  const ways = [N8N, ...(discordWebhookUrl === null ? [] : [DISCORD])];
  const notifiers = await alive(redis, 'notifier');
  const backlogs = await Promise.all(ways.map(async (way) => ({ ...way, ...(await createOutbox(redis, way.channel).backlog()) })));
  const presence =
    notifiers.length === 0
      ? (isWanted ? problem : note)(
          'No notifier is alive: updates wait.',
          'Run `tars up`, or `tars notifier` beside the api and the worker.',
        )
      : notifiers.some(({ delivers }) => delivers)
        ? ok(`A notifier is alive and knows where to send updates; ${waiting(backlogs)}, ${lastTaken(notifiers, now)}.`)
        : (isWanted ? problem : note)(
            'The notifier that is alive does not know where to send updates.',
            'Set N8N_WEBHOOK_URL or DISCORD_WEBHOOK_URL where it runs, and start it again.',
          );
  const refusals = await Promise.all(ways.map((way) => checkRefusals(redis, way, now)));
  return [presence, ...refusals.flat(), ...backlogs.flatMap((backlog) => checkBacklog(backlog, now))];
}

const waiting = (backlogs: readonly { tasks: number }[]): string => {
  const tasks = Math.max(0, ...backlogs.map((backlog) => backlog.tasks));
  return tasks === 0 ? 'nothing waits' : `updates of ${tasks === 1 ? 'one task' : `${tasks} tasks`} wait`;
};

function lastTaken(notifiers: readonly NotifierPresence[], now: number): string {
  const times = notifiers.flatMap(({ told = {} }) => Object.values(told));
  return times.length === 0 ? 'and none was taken since it started' : `the last one was taken ${ago(now - Math.max(...times))} ago`;
}

const ago = (ms: number): string => (ms < 90_000 ? `${Math.max(0, Math.round(ms / 1_000))} s` : `${Math.round(ms / 60_000)} min`);

async function checkRefusals(redis: Redis, { channel, name }: Way, now: number): Promise<Finding[]> {
  const recent = (await createOutbox(redis, channel).refusals()).filter(({ at }) => now - at < RECENT_MS);
  const [last] = recent;
  if (last === undefined) return [];
  const many = recent.length === 1 ? 'One update was' : `${recent.length} updates were`;
  const how = last.status === null ? 'could not be read or put into words' : `${name} refused with status ${last.status}`;
  return [problem(`${many} given up in the last 24 hours; the last one, of task #${last.taskId}, ${how}.`, cureOf(channel, last.status))];
}

/** What waits to be delivered for so long that something must be wrong. */
function checkBacklog({ tasks, oldestAt, name }: { tasks: number; oldestAt: number | null; name: string }, now: number): Finding[] {
  if (oldestAt === null || now - oldestAt <= SLOW_MS) return [];
  const whose = tasks === 1 ? 'Updates of one task wait' : `Updates of ${tasks} tasks wait`;
  const minutes = Math.floor((now - oldestAt) / 60_000);
  return [
    problem(
      `${whose} to be delivered, the oldest for ${minutes} min.`,
      `None is lost: see that ${name} answers, and the log of the notifier.`,
    ),
  ];
}

const cureOf = (channel: Way['channel'], status: number | null): string => {
  if (status === null) return 'Run the same version of TARS everywhere, and look at the log of the notifier.';
  if (channel === 'discord') {
    return status === 400
      ? 'The log of the notifier says what Discord did not like.'
      : "Make a new webhook in the channel's settings and set DISCORD_WEBHOOK_URL to its address.";
  }
  if (status === 401 || status === 403) return 'Give the notifier the N8N_WEBHOOK_TOKEN the workflow asks for.';
  if (status === 404) return 'Activate the workflow, and set N8N_WEBHOOK_URL to its production address.';
  if (status >= 300 && status < 400) return 'Set N8N_WEBHOOK_URL to the address it redirects to.';
  return "Look at the workflow's executions in n8n for what it did not like.";
};
