// The same message ready to be posted to Discord: of a size it takes, and unable to ping anybody it should not.
import { agentWords, type ConfirmationRequest, oneLine, shown } from '@tars/core';
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
  /** The user to ping. */
  mention?: string | null;
};

const MAX_CONTENT = 2_000;
const MAX_THREAD_NAME = 100;

export function discordMessage(text: string, { asked = null, mention = null }: MessageOptions = {}): DiscordMessage {
  const ping = mention === null ? '' : `<@${mention}> `;
  return {
    content: `${ping}${fitted(clean(text), MAX_CONTENT - ping.length)}`,
    ...(asked === null
      ? {}
      : { embeds: [requestEmbed(asked.request, asked.page ? { title: `Task #${asked.taskId}`, url: asked.page } : {})] }),
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

const FILE = 'file ';
const HASH_CHARS = 12;

/** The files that the yes is bound to, each with the beginning of its SHA-256. */
const filesOf = (bound: Readonly<Record<string, string>>): string =>
  Object.entries(bound)
    .flatMap(([name, hash]) =>
      name.startsWith(FILE) && hash !== 'absent' ? [`${shown(name.slice(FILE.length))} (${hash.slice(0, HASH_CHARS)})`] : [],
    )
    .join('\n');
