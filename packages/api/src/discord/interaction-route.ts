// Approve and Deny on Discord: a button opens a form, the form brings the code or the reason, and only the owner sees the answer.
import { type ButtonPress, buttonId, type Confirmations, parseButtonId, submittedSentence } from '@tars/core';
import type { MiddlewareHandler } from 'hono';
import type { Api, ApiEnv } from '../api-env.js';
import { parseBody } from '../body.js';
import { refuse } from '../refusal.js';
import { withoutGaps } from '../without-gaps.js';
import { form, Interaction, KIND, PONG, typedIn, userOf, whisper } from './interaction.js';

const NOBODY = 'Nobody may answer here, sir, until DISCORD_USERS says who.';
const NOT_YOURS = 'Only the owner may answer here.';
const UNKNOWN = 'That button is not known here, sir.';

export type InteractionRoute = {
  confirmations: Confirmations;
  /** Whose answers count. */
  users: readonly string[];
  door: MiddlewareHandler<ApiEnv>;
};

export function addInteractionRoute(app: Api, { confirmations, users, door }: InteractionRoute): void {
  const answer = async (press: ButtonPress, typed: string, user: string) => {
    const { taskId, confirmationId, wish } = press;
    const target = { taskId, confirmationId, channel: 'discord', credential: `Discord user ${user}` } as const;
    return submittedSentence(
      wish === 'approve'
        ? await confirmations.submit({ ...target, code: withoutGaps(typed) })
        : await confirmations.deny({ ...target, because: typed.trim() === '' ? undefined : typed.trim() }),
    );
  };

  app.post('/webhook/discord-interactions', door, async (c) => {
    const body = parseBody(c.req, c.var.body, Interaction);
    if (!body.ok) return refuse(c, body);
    const interaction = body.value;
    if (interaction.type === KIND.ping) return c.json(PONG);
    const user = userOf(interaction);
    if (users.length === 0) return c.json(whisper(NOBODY));
    if (user === null || !users.includes(user)) return c.json(whisper(NOT_YOURS));
    const press = parseButtonId(interaction.data?.custom_id ?? '');
    if (press === null) return c.json(whisper(UNKNOWN));
    if (interaction.type === KIND.button) return c.json(formFor(press));
    if (interaction.type === KIND.form) return c.json(whisper(await answer(press, typedIn(interaction), user)));
    return c.json(whisper(UNKNOWN));
  });
}

/** What is typed into a form is seen by nobody else and stands in no channel. */
const formFor = (press: ButtonPress) =>
  press.wish === 'approve'
    ? form(buttonId(press), `Task #${press.taskId}`, {
        label: 'Confirmation code',
        isLong: false,
        isRequired: true,
        minLength: 4,
        // With the gaps that people type.
        maxLength: 24,
      })
    : form(buttonId(press), `Deny for task #${press.taskId}`, {
        label: 'Why? The agent reads it.',
        isLong: true,
        isRequired: false,
        maxLength: 500,
        placeholder: 'You may leave this empty.',
      });
