// A moment in the past as people give it: a date, a date with a time, or how long ago.

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `2026-03-01`, `2026-03-01T10:00` (UTC unless it says otherwise), `30m`, `2h`, `3d`, `1w`; in ms since 1970, null for anything else. */
export function parseSince(text: string, now: number): number | null {
  const said = text.trim();
  const [, amount, unit] = /^(\d{1,6})\s?([mhdw])$/i.exec(said) ?? [];
  if (amount !== undefined && unit !== undefined) return now - Number(amount) * (UNIT_MS[unit.toLowerCase()] ?? 0);
  const [, date, time, zone] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(said) ?? [];
  if (date === undefined) return null;
  const moment = Date.parse(`${date}T${time ?? '00:00'}${zone ?? 'Z'}`);
  return Number.isNaN(moment) ? null : moment;
}
