// What the owner says to a task that stands at its cap: on, with as much again or with an amount, or an end.
import { parseOption } from './parse-option.js';

/** In the order in which they are numbered for people. */
export const MONEY_OPTIONS = ['go on', 'stop'] as const;

/** `micros`: null for as much again. */
export type MoneyAnswer = { kind: 'go on'; micros: number | null } | { kind: 'stop' };

const GO_ON = /^(yes|yeah|yep|ok|okay|sure|go ahead|go on|continue|carry on|keep going|resume|proceed|do it|allow it)\b/;
const STOP = /^(no|nope|stop|end|enough|abort|cancel|finish|don'?t|never)\b/;
/** An amount says that it is one: a bare 2 is the second option. */
const AMOUNT = /(?:\$|usd )\s?(\d{1,6}(?:[.,]\d{1,6})?)|(\d{1,6}(?:[.,]\d{1,6})?)\s?(?:\$|usd\b|dollars?\b|bucks?\b)/;

/** Null for what is neither. */
export function parseMoneyAnswer(text: string): MoneyAnswer | null {
  const said = text.trim().toLowerCase();
  const option = parseOption(said, MONEY_OPTIONS);
  if (option === 'stop' || STOP.test(said)) return { kind: 'stop' };
  const amount = AMOUNT.exec(said);
  const micros = amount === null ? null : Math.round(Number((amount[1] ?? amount[2] ?? '').replace(',', '.')) * 1_000_000);
  if (micros !== null) return micros > 0 ? { kind: 'go on', micros } : null;
  return option === 'go on' || GO_ON.test(said) ? { kind: 'go on', micros: null } : null;
}
