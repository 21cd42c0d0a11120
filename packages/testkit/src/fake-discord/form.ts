// What Discord takes as a message: its sizes, as data, and the error it answers with when one is passed.
import * as v from 'valibot';

const text = (max: number) => v.pipe(v.string(), v.maxLength(max, `Must be ${max} or fewer in length.`));
const filled = (max: number) =>
  v.pipe(
    text(max),
    v.check((value) => value.trim() !== '', 'This field is required'),
  );
const snowflake = v.pipe(v.string(), v.regex(/^\d{15,21}$/, 'is not snowflake.'));

const Embed = v.object({
  title: v.optional(text(256)),
  description: v.optional(text(4_096)),
  url: v.optional(v.string()),
  color: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffff))),
  timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  footer: v.optional(v.object({ text: filled(2_048) })),
  author: v.optional(v.object({ name: filled(256) })),
  fields: v.optional(
    v.pipe(
      v.array(v.object({ name: filled(256), value: filled(1_024), inline: v.optional(v.boolean()) })),
      v.maxLength(25, 'Must be 25 or fewer in length.'),
    ),
  ),
});
type Embed = v.InferOutput<typeof Embed>;

const sizeOf = ({ title = '', description = '', footer, author, fields = [] }: Embed): number =>
  title.length +
  description.length +
  (footer?.text.length ?? 0) +
  (author?.name.length ?? 0) +
  fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0);

const Button = v.object({
  type: v.literal(2),
  style: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4)),
  label: filled(80),
  custom_id: filled(100),
  disabled: v.optional(v.boolean()),
});
const Row = v.object({ type: v.literal(1), components: v.pipe(v.array(Button), v.minLength(1), v.maxLength(5)) });

/** What a message may be made of; all of it is optional, and an edit replaces what it names. */
export const MessageForm = v.object({
  content: v.optional(v.nullable(text(2_000))),
  embeds: v.optional(
    v.nullable(
      v.pipe(
        v.array(Embed),
        v.maxLength(10, 'Must be 10 or fewer in length.'),
        v.check((embeds) => embeds.reduce((sum, embed) => sum + sizeOf(embed), 0) <= 6_000, 'Embed size exceeds maximum size of 6000'),
      ),
    ),
  ),
  components: v.optional(v.nullable(v.pipe(v.array(Row), v.maxLength(5)))),
  allowed_mentions: v.optional(
    v.nullable(
      v.object({
        parse: v.optional(v.array(v.picklist(['everyone', 'users', 'roles']))),
        users: v.optional(v.pipe(v.array(snowflake), v.maxLength(100))),
        roles: v.optional(v.pipe(v.array(snowflake), v.maxLength(100))),
        replied_user: v.optional(v.boolean()),
      }),
    ),
  ),
  thread_name: v.optional(v.pipe(filled(100))),
  username: v.optional(filled(80)),
  message_reference: v.optional(v.object({ message_id: snowflake })),
  nonce: v.optional(v.union([text(25), v.pipe(v.number(), v.integer())])),
  enforce_nonce: v.optional(v.boolean()),
});
export type MessageForm = v.InferOutput<typeof MessageForm>;

export type FormError = { message: string; code: number; errors?: Record<string, unknown> };

/** The form, or the body of the 400 that says what is wrong with it. */
export function readForm(body: unknown): { ok: true; form: MessageForm } | { ok: false; error: FormError } {
  const parsed = v.safeParse(MessageForm, body);
  if (parsed.success) return { ok: true, form: parsed.output };
  const errors = Object.fromEntries(
    parsed.issues.map((issue) => [v.getDotPath(issue) ?? '_', { _errors: [{ code: issue.type, message: issue.message }] }]),
  );
  return { ok: false, error: { message: 'Invalid Form Body', code: 50035, errors } };
}
