// What a button under a request says when it is pressed: which answer, to which request of which task.

export type ButtonPress = { wish: 'approve' | 'deny'; taskId: string; confirmationId: string };

const FORM = /^tars:(approve|deny):([a-z0-9]{1,16}):([\w-]{1,64})$/;

/** At most 100 characters, as Discord wants it. */
export const buttonId = ({ wish, taskId, confirmationId }: ButtonPress): string => `tars:${wish}:${taskId}:${confirmationId}`;

/** Null for what no button of ours says. */
export function parseButtonId(text: string): ButtonPress | null {
  const [, wish, taskId, confirmationId] = FORM.exec(text) ?? [];
  if ((wish !== 'approve' && wish !== 'deny') || taskId === undefined || confirmationId === undefined) return null;
  return { wish, taskId, confirmationId };
}
