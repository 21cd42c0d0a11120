// Whom a message would ping: what its text names, as far as it allows that.
import type { MessageForm } from './form.js';

/** Only the content pings, embeds never do. Without `allowed_mentions` everything does. */
export function pingsOf({ content, allowed_mentions }: MessageForm): string[] {
  const allowed = allowed_mentions ?? { parse: ['everyone', 'users', 'roles'] as const };
  const parse: readonly string[] = allowed.parse ?? [];
  // Nothing within code pings.
  const text = (content ?? '').replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const users = [...text.matchAll(/<@!?(\d{15,21})>/g)].map(([, id = '']) => id);
  const roles = [...text.matchAll(/<@&(\d{15,21})>/g)].map(([, id = '']) => id);
  return [
    ...(parse.includes('everyone') ? [...text.matchAll(/@(everyone|here)/g)].map(([mention]) => mention) : []),
    ...users.filter((id) => parse.includes('users') || allowed.users?.includes(id) === true),
    ...roles.filter((id) => parse.includes('roles') || allowed.roles?.includes(id) === true),
  ];
}
