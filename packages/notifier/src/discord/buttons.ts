// The two buttons under a request for a code. What they send is no yes: a yes takes the code, which a form asks for.
import { buttonId } from '@tars/core';

type Button = { type: 2; style: 3 | 4; label: string; custom_id: string };
export type Buttons = { type: 1; components: Button[] };

export const buttonsFor = (taskId: string, confirmationId: string): Buttons => ({
  type: 1,
  components: [
    { type: 2, style: 3, label: 'Approve', custom_id: buttonId({ wish: 'approve', taskId, confirmationId }) },
    { type: 2, style: 4, label: 'Deny', custom_id: buttonId({ wish: 'deny', taskId, confirmationId }) },
  ],
});
