// Channels, threads and what stands in them: written, changed, deleted, and looked at as a client would.
import type { MessageForm } from './form.js';
import { pingsOf } from './pings.js';

export type Author = { id: string; username: string; bot: boolean };

/** As Discord shows it. */
export type Message = {
  id: string;
  type: number;
  channel_id: string;
  content: string;
  embeds: NonNullable<MessageForm['embeds']>;
  components: NonNullable<MessageForm['components']>;
  author: Author;
  mentions: { id: string }[];
  mention_everyone: boolean;
  attachments: [];
  timestamp: string;
  edited_timestamp: string | null;
  webhook_id?: string;
  nonce?: string | number;
  message_reference?: { message_id: string; channel_id: string };
  referenced_message?: Message | null;
};

/** Whether a message stands there, what it was, and whom it pinged. */
export type Posted = {
  message: Message;
  /** The name of the thread it stands in. */
  thread: string | null;
  pinged: string[];
  /** Every version of its content, the present one last. */
  versions: { at: string; content: string; embeds: Message['embeds'] }[];
  deleted: boolean;
};

export type Board = ReturnType<typeof createBoard>;

/** 2015 in Discord's own count of time; ids only have to grow. */
const FIRST_ID = 1_300_000_000_000_000_000n;
const STEP = 4_194_304n;
/** So long a nonce is remembered. */
const NONCE_MS = 5 * 60_000;

export function createBoard(clock: () => number) {
  const posts: Posted[] = [];
  const threads = new Map<string, { name: string; parent: string }>();
  let last = FIRST_ID;
  const newId = (): string => {
    last += STEP;
    return String(last);
  };
  const find = (channelId: string, id: string): Posted | undefined =>
    posts.find(({ message, deleted }) => !deleted && message.id === id && message.channel_id === channelId);

  /** What the same author posted with the same nonce a moment ago: the same message, asked for again. */
  const postedWith = (nonce: string | number, author: Author): Message | undefined =>
    posts.find(
      ({ message }) => message.nonce === nonce && message.author.id === author.id && clock() - Date.parse(message.timestamp) < NONCE_MS,
    )?.message;

  return {
    threads,
    newId,
    /** Begins a thread; its first message has the same id. */
    openThread(parent: string, name: string): string {
      const id = newId();
      threads.set(id, { name, parent });
      return id;
    },
    write(
      channelId: string,
      form: MessageForm,
      author: Author,
      { id = newId(), webhookId }: { id?: string; webhookId?: string } = {},
    ): Message {
      const { nonce } = form;
      const posted = form.enforce_nonce === true && nonce !== undefined ? postedWith(nonce, author) : undefined;
      if (posted !== undefined) return posted;
      const at = new Date(clock()).toISOString();
      const pinged = pingsOf(form);
      const repliesTo = form.message_reference?.message_id;
      const message: Message = {
        id,
        type: repliesTo === undefined ? 0 : 19,
        channel_id: channelId,
        content: form.content ?? '',
        embeds: form.embeds ?? [],
        components: form.components ?? [],
        author: { ...author, username: form.username ?? author.username },
        mentions: pinged.filter((who) => /^\d/.test(who)).map((who) => ({ id: who })),
        mention_everyone: pinged.some((who) => who.startsWith('@')),
        attachments: [],
        timestamp: at,
        edited_timestamp: null,
        ...(webhookId === undefined ? {} : { webhook_id: webhookId }),
        ...(nonce === undefined ? {} : { nonce }),
        ...(repliesTo === undefined
          ? {}
          : {
              message_reference: { message_id: repliesTo, channel_id: channelId },
              referenced_message: find(channelId, repliesTo)?.message ?? null,
            }),
      };
      const { content, embeds } = message;
      posts.push({ message, thread: threads.get(channelId)?.name ?? null, pinged, versions: [{ at, content, embeds }], deleted: false });
      return message;
    },
    find,
    change(post: Posted, { content, embeds, components }: MessageForm): Message {
      const at = new Date(clock()).toISOString();
      const { message } = post;
      if (content !== undefined) message.content = content ?? '';
      if (embeds !== undefined) message.embeds = embeds ?? [];
      if (components !== undefined) message.components = components ?? [];
      message.edited_timestamp = at;
      post.versions.push({ at, content: message.content, embeds: message.embeds });
      return message;
    },
    /** The newest first, as Discord lists them. */
    list(channelId: string, { limit, after, before }: { limit: number; after: string | null; before: string | null }): Message[] {
      const here = posts.filter(({ message, deleted }) => !deleted && message.channel_id === channelId).map(({ message }) => message);
      const asked = here.filter(
        ({ id }) => (after === null || BigInt(id) > BigInt(after)) && (before === null || BigInt(id) < BigInt(before)),
      );
      // After a message, its next ones are meant; otherwise the last ones there are.
      return (after === null ? asked.slice(-limit) : asked.slice(0, limit)).reverse();
    },
    posts: (): Posted[] => structuredClone(posts),
  };
}
