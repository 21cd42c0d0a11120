// The same message ready to be posted to Discord: of a size it takes, and unable to ping anybody it should not.
import { agentLines, agentWords, type ConfirmationRequest, type EventOf, oneLine, shown } from '@tars/core';
import { type Buttons, buttonsFor } from './buttons.js';
import { clean } from './clean.js';
import { COLOUR, type Embed, fittedEmbed, MAX_DESCRIPTION } from './embed.js';
import { fitted } from './fitted.js';

export type DiscordMessage = {
  content: string;
  embeds?: Embed[];
  components?: Buttons[];
  allowed_mentions: { parse: []; users?: string[] };
};

export type MessageOptions = {
  /** The command of a task that waits for a code, shown whole beside the message. */
  asked?: {
    taskId: string;
    request: ConfirmationRequest;
    withButtons: boolean /** Of the task, for people. */;
    page?: string | null;
  } | null;
  /** The task ends well: what there is to know of its result is shown beside the message. */
  ending?: EventOf<'task.finished'> | null;
  /** The user to ping. */
  mention?: string | null;
};

const MAX_CONTENT = 2_000;
const MAX_THREAD_NAME = 100;

export function discordMessage(text: string, { asked = null, ending = null, mention = null }: MessageOptions = {}): DiscordMessage {
  const ping = mention === null ? '' : `<@${mention}> `;
  const head = asked?.page ? { title: `Task #${asked.taskId}`, url: asked.page } : {};
  const embeds = [...(asked === null ? [] : [requestEmbed(asked.request, head)]), ...(ending === null ? [] : [endingEmbed(ending)])];
  return {
    content: `${ping}${fitted(clean(text), MAX_CONTENT - ping.length)}`,
    ...(embeds.length === 0 ? {} : { embeds }),
    ...(asked?.withButtons ? { components: [buttonsFor(asked.taskId, asked.request.id)] } : {}),
    allowed_mentions: { parse: [], ...(mention === null ? {} : { users: [mention] }) },
  };
}

/** What a task's thread is called. */
export function threadName(taskId: string, goal: string): string {
  return fitted(`#${taskId} ${oneLine(clean(goal))}`, MAX_THREAD_NAME)
    .replace(/\s+/g, ' ')
    .trim();
}

function requestEmbed(request: ConfirmationRequest, link: Pick<Embed, 'title' | 'url'>): Embed {
  const { command, cwd, agentSays, access, effect = '', changed = '', bound = {} } = request;
  const lines = command.split('\n').map(shown).join('\n');
  const block = clean(`\`\`\`sh\n${lines.replaceAll('```', "'''")}\n\`\`\``);
  const isWhole = block.length <= MAX_DESCRIPTION;
  const fields = [
    {
      name: 'Not shown whole',
      value: isWhole ? '' : 'The command is longer than Discord shows. Deny it unless you have read it elsewhere.',
    },
    { name: 'Would do', value: effect },
    { name: 'Asked again', value: changed },
    { name: 'Folder', value: shown(cwd) },
    { name: 'Gets', value: access.join('\n') },
    { name: 'Reads', value: filesOf(bound) },
    { name: 'Agent says', value: agentWords(agentSays) },
  ];
  return fittedEmbed({
    ...link,
    description: block,
    color: COLOUR.amber,
    fields: fields.map(({ name, value }) => ({ name, value: clean(value) })),
  });
}

const MAX_SUMMARY = 1_000;
const MOST_FILES = 12;

/** The summary in the agent's words, and what a commit takes. */
function endingEmbed({ summary, filesChanged, branch, suggestedCommitMessage, proof }: EventOf<'task.finished'>): Embed {
  const more = filesChanged.length - MOST_FILES;
  const files = [...filesChanged.slice(0, MOST_FILES).map(shown), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
  const fields = [
    { name: 'Changed', value: files },
    { name: 'Branch', value: branch === null ? '' : shown(branch) },
    { name: 'To commit', value: agentWords(suggestedCommitMessage ?? '') },
    { name: 'Not run', value: (proof.not_run ?? []).join('\n') },
    { name: 'Tests say less than before', value: (proof.tests_weakened ?? []).join('\n') },
  ];
  return fittedEmbed({
    description: fitted(clean(agentLines(summary)), MAX_SUMMARY),
    color: proof.verdict === 'VERIFIED' ? COLOUR.green : COLOUR.amber,
    fields: fields.map(({ name, value }) => ({ name, value: clean(value) })),
  });
}

const FILE = 'file ';
const HASH_CHARS = 12;

/** The files that the yes is bound to, each with the beginning of its SHA-256. */
const filesOf = (bound: Readonly<Record<string, string>>): string =>
  Object.entries(bound)
    .flatMap(([name, hash]) =>
      name.startsWith(FILE) && hash !== 'absent' ? [`${shown(name.slice(FILE.length))} (${hash.slice(0, HASH_CHARS)})`] : [],
    )
    .join('\n');
