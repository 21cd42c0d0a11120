// The same message ready to be posted to Discord: of a size it takes, and unable to ping anybody it should not.
import { agentWords, type ConfirmationRequest, shown } from '@tars/core';
import { fitted } from './fitted.js';

export type DiscordMessage = {
  content: string;
  embeds?: Embed[];
  allowed_mentions: { parse: []; users?: string[] };
};
type Embed = { description: string; fields: { name: string; value: string }[] };

const MAX_CONTENT = 2_000;
const MAX_DESCRIPTION = 4_000;
const MAX_FIELD = 1_000;
const ZERO_WIDTH_SPACE = '\u200B';

/** Mentions look the same but are none; package names like `@types/node` stay as they are, to be copied. */
const neutral = (text: string): string =>
  text
    .replace(/@(?=everyone|here)/gi, `@${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=@[!&]?\d|#\d|\/[\w -]{1,100}:\d|id:\w)/g, `<${ZERO_WIDTH_SPACE}`);

/** `asked`: the command that waits for a code, shown whole beside the message. `mention`: the user to ping. */
export function discordMessage(text: string, asked: ConfirmationRequest | null, mention: string | null): DiscordMessage {
  const ping = mention === null ? '' : `<@${mention}> `;
  return {
    content: `${ping}${fitted(neutral(text), MAX_CONTENT - ping.length)}`,
    ...(asked === null ? {} : { embeds: [embedOf(asked)] }),
    allowed_mentions: { parse: [], ...(mention === null ? {} : { users: [mention] }) },
  };
}

function embedOf({ command, cwd, agentSays, access, effect = '', changed = '', bound = {} }: ConfirmationRequest): Embed {
  const lines = command.split('\n').map(shown).join('\n');
  const block = neutral(`\`\`\`sh\n${lines.replaceAll('```', "'''")}\n\`\`\``);
  const isWhole = block.length <= MAX_DESCRIPTION;
  const fields = [
    { name: 'Would do', value: effect },
    { name: 'Asked again', value: changed },
    { name: 'Folder', value: shown(cwd) },
    { name: 'Reads', value: filesOf(bound) },
    { name: 'Agent says', value: agentWords(agentSays) },
    { name: 'Gets', value: access.join('\n') },
    {
      name: 'Not shown whole',
      value: isWhole ? '' : 'The command is longer than Discord shows. Deny it unless you have read it elsewhere.',
    },
  ];
  return {
    description: fitted(block, MAX_DESCRIPTION),
    fields: fields.flatMap(({ name, value }) => (value.trim() === '' ? [] : [{ name, value: fitted(neutral(value), MAX_FIELD) }])),
  };
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
