// What is wrong with a message that is about to be posted: with Discord's eyes, and with those of whoever reads it.
import { type MessageForm, readForm } from './form.js';
import { pingsOf } from './pings.js';

const UNSEEN = /[^\P{Cc}\n\t]|\p{Cs}|[\u202A-\u202E\u2066-\u2069]/u;
const MENTION = /@(everyone|here)|<@[!&]?\d|<#\d/i;
const DISGUISED_LINK = /\]\(\s*<?\s*[a-z]+:/i;

/** Nothing for a good one. `mayPing`: the one user it may wake. */
export function discordComplaints(body: unknown, mayPing: string | null = null): string[] {
  const read = readForm(body);
  if (!read.ok) return [`refused: ${JSON.stringify(read.error.errors)}`];
  const { form } = read;
  const pings = pingsOf(form).filter((who) => who !== mayPing);
  return [...pings.map((who) => `pings ${who}`), ...textsOf(form).flatMap(([place, text]) => complaintsOf(place, text, mayPing))];
}

function complaintsOf(place: string, text: string, mayPing: string | null): string[] {
  const ours = mayPing === null ? text : text.replace(`<@${mayPing}> `, '');
  const fences = text.match(/```/g)?.length ?? 0;
  return [
    ...(fences % 2 === 0 && fences <= 2 ? [] : [`${place}: ${fences} fences`]),
    ...(UNSEEN.test(text) ? [`${place}: something unseen`] : []),
    ...(MENTION.test(ours) ? [`${place}: a mention`] : []),
    ...(DISGUISED_LINK.test(text) ? [`${place}: a disguised link`] : []),
  ];
}

function textsOf({ content, embeds, thread_name }: MessageForm): [place: string, text: string][] {
  const named = (embeds ?? []).flatMap(({ title, description, footer, fields = [] }): [string, string | undefined][] => [
    ['title', title],
    ['description', description],
    ['footer', footer?.text],
    ...fields.flatMap(({ name, value }): [string, string][] => [
      ['field name', name],
      ['field', value],
    ]),
  ]);
  return [['content', content ?? ''], ['thread', thread_name ?? ''], ...named.map(([place, text = '']): [string, string] => [place, text])];
}
