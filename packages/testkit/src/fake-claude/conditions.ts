// Whether a request holds what a scenario wants to have heard.
import { type Message, type MessagesRequest, toolResults, toolUses, wordsOf } from './request.js';
import type { Condition } from './scenario.js';

const EXCERPT = 600;

export type Heard = Pick<MessagesRequest, 'system' | 'messages' | 'tools'>;

/** What the request lacks, in words for the scenario's author; null when the condition holds. */
export function unmet(condition: Condition, heard: Heard): string | null {
  const newest = heard.messages.at(-1);
  const results = resultsOf(heard.messages);
  const wantsResult = condition.tool !== undefined || condition.tool_result !== undefined || condition.is_error !== undefined;
  const found = results.some(
    ({ tool, text, isError }) =>
      (condition.tool === undefined || tool === condition.tool) &&
      (condition.is_error === undefined || isError === condition.is_error) &&
      (condition.tool_result?.test(text) ?? true),
  );
  if (wantsResult && !found) {
    const wanted = [
      ...(condition.tool === undefined ? [] : [`of ${condition.tool}`]),
      ...(condition.is_error === undefined ? [] : [condition.is_error ? 'that is an error' : 'that is no error']),
      ...(condition.tool_result === undefined ? [] : [`matching ${condition.tool_result}`]),
    ];
    const got = results.map(({ tool, text, isError }) => `${tool}${isError ? ' (error)' : ''}: ${excerpt(text)}`);
    return `expected a tool result ${wanted.join(' ')}; got ${got.length === 0 ? 'no tool result' : got.join('\n')}`;
  }
  const words = newest === undefined ? '' : wordsOf(newest.content);
  if (condition.user_text?.test(words) === false) return `expected user text matching ${condition.user_text}; got ${excerpt(words)}`;
  const system = wordsOf(heard.system);
  if (condition.system?.test(system) === false) return `expected a system text matching ${condition.system}; got ${excerpt(system)}`;
  const offered = heard.tools.map(({ name }) => name);
  const missing = (condition.tools ?? []).filter((name) => !offered.includes(name));
  return missing.length === 0 ? null : `expected the tools ${missing.join(', ')}; offered are ${offered.join(', ') || 'none'}`;
}

/** The results of the newest user message, each with the name of its tool. */
function resultsOf(messages: readonly Message[]): { tool: string; text: string; isError: boolean }[] {
  const newest = messages.at(-1);
  if (newest?.role !== 'user') return [];
  const names = new Map(messages.flatMap(toolUses).map(({ id, name }) => [id, name]));
  return toolResults(newest).map(({ toolUseId, text, isError }) => ({ tool: names.get(toolUseId) ?? '?', text, isError }));
}

const excerpt = (text: string) =>
  JSON.stringify(text.length <= EXCERPT ? text : `${text.slice(0, EXCERPT / 2)} … ${text.slice(-EXCERPT / 2)}`);
