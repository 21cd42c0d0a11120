// The bot's half of the API: it reads the channel, replies, changes its own messages and deletes any.
import { type Answer, NOT_ALLOWED, NOT_FOUND, NOT_YOURS, ok, tooMany, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, withLimits } from './answer.js';
import type { Asked, Kind } from './as-webhook.js';
import type { Author, Board } from './board.js';
import { FAKE_DISCORD } from './ids.js';
import { BOT_WINDOWS, createRateLimit } from './rate-limit.js';
import { changePost, removePost, writePost } from './write.js';

const { channelId, botId } = FAKE_DISCORD;
export const BOT: Author = { id: botId, username: 'TARS', bot: true };

const TEXT_CHANNEL = 0;
const THREAD = 11;
const FORUM = 15;
const MOST = 100;
const MOST_UNASKED = 50;

export function createBotSide(board: Board, { isForum, clock }: Kind): (asked: Asked) => Answer {
  const take = createRateLimit(BOT_WINDOWS, clock);
  return ({ method, rest, query, body }) => {
    const [channel = '', messages, messageId] = rest;
    const isThread = board.threads.has(channel);
    if (channel !== channelId && !isThread) return UNKNOWN_CHANNEL;
    if (messages === undefined) return ok({ id: channel, type: isThread ? THREAD : isForum ? FORUM : TEXT_CHANNEL, name: 'tars' });
    if (messages !== 'messages') return NOT_FOUND;
    const taken = take(`${method} ${channel}`);
    if (taken.waitMs > 0) return tooMany(taken);
    const answer = (): Answer => {
      if (messageId === undefined) {
        if (method === 'POST') return writePost(board, body, { channel, author: BOT, withButtons: true });
        const limit = Math.min(MOST, Math.max(1, Number(query.get('limit') ?? MOST_UNASKED)));
        return ok(board.list(channel, { limit, after: query.get('after'), before: query.get('before') }));
      }
      const post = board.find(channel, messageId);
      if (method === 'GET') return post === undefined ? UNKNOWN_MESSAGE : ok(post.message);
      if (method === 'DELETE') return removePost(post);
      if (method !== 'PATCH') return NOT_ALLOWED;
      return post !== undefined && post.message.author.id !== botId ? NOT_YOURS : changePost(board, post, body, true);
    };
    return withLimits(answer(), taken);
  };
}
