// Which messages on Discord tell of a task: their ids and that of its thread. Kept in the record, and gone with the task.
import { keys, type Redis } from '@tars/core/redis';

/** `last`: the message that was posted last, by our own id. `card:KEY`: a card's message id and version. `ask:ID`: the message that asks for a code. */
export type Posted = Readonly<Partial<Record<'last' | 'thread' | `card:${string}` | `ask:${string}`, string>>>;

export function createPosted(redis: Redis) {
  return {
    read: async (taskId: string): Promise<Posted> => redis.hGetAll(keys.discord(taskId)),
    async note(taskId: string, fields: Posted): Promise<void> {
      await redis.hSet(keys.discord(taskId), fields as Record<string, string>);
    },
    async forget(taskId: string, fields: readonly (keyof Posted)[]): Promise<void> {
      await redis.hDel(keys.discord(taskId), [...fields]);
    },
  };
}

export type CardPlace = { messageId: string; version: number };

export const cardPlace = (text: string | undefined): CardPlace | null => {
  const [messageId = '', version = ''] = text?.split(':') ?? [];
  return messageId === '' ? null : { messageId, version: Number(version) };
};
export const cardText = ({ messageId, version }: CardPlace): string => `${messageId}:${version}`;
