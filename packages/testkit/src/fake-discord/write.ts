// A message on its way onto the board: what is no message is refused, and buttons stay out where nobody could answer them.
import { type Answer, EMPTY, GONE, ok, UNKNOWN_MESSAGE } from './answer.js';
import type { Author, Board, Posted } from './board.js';
import { type MessageForm, readForm } from './form.js';

export type Place = { channel: string; author: Author; withButtons: boolean; id?: string; webhookId?: string };

export function writePost(board: Board, body: unknown, { channel, author, withButtons, id, webhookId }: Place): Answer {
  const read = readForm(body);
  if (!read.ok) return { status: 400, body: read.error };
  const form = withButtons ? read.form : { ...read.form, components: [] };
  if (isEmpty(form)) return EMPTY;
  return ok(board.write(channel, form, author, { ...(id && { id }), ...(webhookId && { webhookId }) }));
}

export function changePost(board: Board, post: Posted | undefined, body: unknown, withButtons: boolean): Answer {
  if (post === undefined) return UNKNOWN_MESSAGE;
  const read = readForm(body);
  if (!read.ok) return { status: 400, body: read.error };
  return ok(board.change(post, withButtons ? read.form : { ...read.form, components: [] }));
}

export function removePost(post: Posted | undefined): Answer {
  if (post === undefined) return UNKNOWN_MESSAGE;
  post.deleted = true;
  return GONE;
}

const isEmpty = ({ content, embeds, components }: MessageForm): boolean =>
  (content ?? '').trim() === '' && (embeds ?? []).length === 0 && (components ?? []).length === 0;
