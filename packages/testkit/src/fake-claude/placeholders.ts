// Filling {{name}} in what the model says with what the client told: the same words for every client, its own paths.
import { OutOfScriptError } from './place.js';
import { type MessagesRequest, toolResults, wordsOf } from './request.js';

/** Where the project's folder stands in a prompt, unless the scenario says otherwise. */
const BUILT_IN = { project: /^[ \t]*project(?: folder| path)?:[ \t]*(\S.*?)[ \t]*$/im };
const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;

export type Fill = <T>(value: T) => T;

/** `{{turn}}` is the turn's number; everything else the first group of the capture of that name. */
export function fillFrom(request: MessagesRequest, captures: Readonly<Record<string, RegExp>>, turn: number): Fill {
  const patterns: Record<string, RegExp> = { ...BUILT_IN, ...captures };
  const texts = [request.system, ...request.messages.map(({ content }) => content)].map(wordsOf);
  texts.push(...request.messages.flatMap(toolResults).map(({ text }) => text));

  const lookUp = (name: string): string => {
    if (name === 'turn') return String(turn);
    const pattern = patterns[name];
    if (pattern === undefined) throw new OutOfScriptError(`{{${name}}} has no capture in the scenario`);
    for (const text of texts) {
      const captured = pattern.exec(text)?.[1];
      if (captured !== undefined) return captured;
    }
    throw new OutOfScriptError(`{{${name}}}: ${pattern} matches nothing the client sent`);
  };
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(PLACEHOLDER, (_, name: string) => lookUp(name));
    if (Array.isArray(value)) return value.map(fill);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
    return value;
  };
  return fill as Fill;
}
