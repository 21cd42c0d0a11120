// What the owner tells a task on its way: kept until the model has read it.
import * as v from 'valibot';

export const Message = v.object({
  id: v.string(),
  text: v.string(),
  /** Milliseconds since 1970. */
  at: v.number(),
});
export type Message = v.InferOutput<typeof Message>;

/** Longer than this is a document: it belongs into a file of the project. */
export const MAX_MESSAGE_CHARS = 4_000;
/** They lie in the task itself until they are read. */
export const MAX_UNREAD_MESSAGES = 20;
