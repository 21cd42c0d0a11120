// What the owner told the task since the last request: part of the transcript from now on, once and in order.
import type { Context } from './context.js';

const OWNER_SAYS = 'The owner says: ';

/** The notes and the word that they were seen are one commit: no crash in between can lose or repeat a message. */
export async function hearOwner({ record, now }: Pick<Context, 'record' | 'now'>): Promise<void> {
  const { messages, turns } = record.task();
  if (messages.length === 0) return;
  const turn = turns + 1;
  await record.commit(
    [{ type: 'message.seen', at: now(), messageIds: messages.map(({ id }) => id), turn }],
    messages.map(({ id, text }) => ({ kind: 'note', turn, text: `${OWNER_SAYS}${text}`, messageId: id })),
  );
}

/** True while something the owner said is not yet part of any request. */
export const isUnheard = ({ record }: Pick<Context, 'record'>): boolean => record.task().messages.length > 0;

/** What the owner asked for: the goal, and what was said to the task since. */
export const ownersWords = ({ record }: Pick<Context, 'record'>): string =>
  [
    record.task().goal,
    ...record
      .transcript()
      .flatMap((entry) => (entry.kind === 'note' && entry.messageId !== undefined ? [entry.text.slice(OWNER_SAYS.length)] : [])),
  ].join('\n');
