// An embed of a size Discord takes: each part within its own limit, all of it within what a message may hold together.
import { fitted } from './fitted.js';

export type Field = { name: string; value: string; inline?: boolean };
export type Embed = {
  title?: string;
  url?: string;
  description?: string;
  color?: number;
  fields?: Field[];
  footer?: { text: string };
  timestamp?: string;
};

const MAX_TOGETHER = 6_000;
const MAX_TITLE = 256;
export const MAX_DESCRIPTION = 4_096;
const MAX_FIELDS = 25;
const MAX_NAME = 256;
const MAX_VALUE = 1_024;
const MAX_FOOTER = 2_048;
/** A field with less room than this says nothing. */
const MIN_VALUE = 40;

/** By what the task is at. */
export const COLOUR = { grey: 0x95a5a6, blue: 0x3498db, amber: 0xf1c40f, green: 0x2ecc71, red: 0xe74c3c } as const;

/** What comes first keeps its room; fields with nothing in them are left out. */
export function fittedEmbed({ title = '', description = '', footer, fields = [], ...rest }: Embed): Embed {
  const head = fitted(title, MAX_TITLE);
  const foot = footer === undefined ? '' : fitted(footer.text, MAX_FOOTER);
  const body = fitted(description, Math.min(MAX_DESCRIPTION, MAX_TOGETHER - head.length - foot.length));
  let left = MAX_TOGETHER - head.length - foot.length - body.length;
  const kept: Field[] = [];
  for (const { name, value, ...how } of fields) {
    const label = fitted(name, MAX_NAME);
    const room = Math.min(MAX_VALUE, left - label.length);
    if (value.trim() === '' || kept.length === MAX_FIELDS || (room < value.length && room < MIN_VALUE)) continue;
    const said = fitted(value, room);
    kept.push({ name: label, value: said, ...how });
    left -= label.length + said.length;
  }
  return {
    ...(head === '' ? {} : { title: head }),
    ...(body === '' ? {} : { description: body }),
    ...rest,
    ...(kept.length === 0 ? {} : { fields: kept }),
    ...(foot === '' ? {} : { footer: { text: foot } }),
  };
}
