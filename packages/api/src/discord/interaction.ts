// What Discord sends when somebody presses a button or sends a form, as far as we read it, and what may be answered.
import * as v from 'valibot';

const User = v.object({ id: v.string('a string') });
const TextInput = v.object({ value: v.optional(v.string('a string')) });
/** A form's field comes in a row of its own, or under a label. */
const FormPart = v.object({ components: v.optional(v.array(TextInput)), component: v.optional(TextInput) });

export const KIND = { ping: 1, button: 3, form: 5 } as const;

export const Interaction = v.object({
  type: v.number('a number'),
  member: v.optional(v.object({ user: v.optional(User) })),
  user: v.optional(User),
  data: v.optional(v.object({ custom_id: v.optional(v.string('a string')), components: v.optional(v.array(FormPart)) })),
});
export type Interaction = v.InferOutput<typeof Interaction>;

/** Who pressed it: in a server, or in a conversation with the bot. */
export const userOf = ({ member, user }: Interaction): string | null => member?.user?.id ?? user?.id ?? null;

/** What was typed into the form's one field. */
export const typedIn = ({ data }: Interaction): string => {
  const [part] = data?.components ?? [];
  return (part?.component ?? part?.components?.[0])?.value ?? '';
};

export const PONG = { type: 1 } as const;

/** Seen by the one who pressed, and by nobody else. */
export const whisper = (content: string) => ({ type: 4, data: { content, flags: 64, allowed_mentions: { parse: [] } } }) as const;

export type Field = { label: string; isLong: boolean; isRequired: boolean; minLength?: number; maxLength: number; placeholder?: string };

export const form = (id: string, title: string, { label, isLong, isRequired, minLength, maxLength, placeholder }: Field) =>
  ({
    type: 9,
    data: {
      custom_id: id,
      title,
      components: [
        {
          type: 1,
          components: [
            {
              type: 4,
              custom_id: 'text',
              label,
              style: isLong ? 2 : 1,
              required: isRequired,
              max_length: maxLength,
              ...(minLength === undefined ? {} : { min_length: minLength }),
              ...(placeholder === undefined ? {} : { placeholder }),
            },
          ],
        },
      ],
    },
  }) as const;
