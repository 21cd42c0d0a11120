// Listens to what the user says while a task waits: a code or a no is acted on, and no code is left in what the host keeps.
import { addressed, createRedactor, parseAnswer, submittedSentence } from '@tars/core';
import { type Control, isConnectionLoss } from '@tars/core/redis';

export type Heard = {
  kind: 'code' | 'deny' | 'none';
  /** The utterance without any code: the only form of it the host may store or send on. */
  redacted: string;
  /** What to say to the user about it. */
  reply?: string;
};

type HearOptions = { control: Control | null; secrets: readonly string[]; persona: string; sessionId: string };

export async function hear(utterance: string, { control, secrets, persona, sessionId }: HearOptions): Promise<Heard> {
  const nothing: Heard = { kind: 'none', redacted: createRedactor(secrets)(utterance) };
  try {
    const open = (await control?.store.unsettled()) ?? [];
    const waiting = open.filter((task) => task.confirmation !== null);
    if (control === null || waiting.length === 0) return nothing;
    const { confirmations } = control;
    const answer = parseAnswer(utterance, { taskIds: open.map(({ id }) => id) });
    switch (answer.kind) {
      case 'none':
        return nothing;
      case 'code': {
        const { code, taskId } = answer;
        const result = await confirmations.submit({ taskId, code, channel: 'voice', sessionId });
        // A wrong code may be the code of something else: it is taken out as well.
        const redacted = createRedactor([...secrets, code])(utterance);
        return { kind: 'code', redacted, reply: addressed(submittedSentence(result), persona) };
      }
      case 'deny': {
        const { taskId, because } = answer;
        const result = await confirmations.deny({ taskId, because, channel: 'voice' });
        return { kind: 'deny', redacted: nothing.redacted, reply: addressed(submittedSentence(result), persona) };
      }
    }
  } catch (error) {
    if (control?.redis.isReady && !isConnectionLoss(error)) throw error;
    return nothing;
  }
}
