// What the API itself refuses, so that a client that breaks the protocol fails here as it would there.
import * as v from 'valibot';
import { ApiError } from './api-error.js';
import { type Block, type CacheControl, CountRequest, type Message, MessagesRequest, toolResults, toolUses } from './request.js';

const MAX_CACHE_MARKS = 4;

/** The request, or an `ApiError` 400 with the place and the reason. */
export function parseMessagesRequest(body: unknown): MessagesRequest {
  const request: MessagesRequest = parse(MessagesRequest as v.GenericSchema<unknown, MessagesRequest>, body);
  const tools = request.tools.map(({ name }) => name);
  refuseIf(new Set(tools).size !== tools.length, 'tools: tool names must be unique');
  checkRoles(request.messages);
  checkContents(request.messages);
  checkToolPairs(request.messages);
  checkCacheMarks(request);
  return request;
}

export function parseCountRequest(body: unknown): v.InferOutput<typeof CountRequest> {
  return parse(CountRequest, body);
}

function parse<Output>(schema: v.GenericSchema<unknown, Output>, body: unknown): Output {
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ApiError(400, `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`);
}

function refuseIf(broken: boolean, message: string): void {
  if (broken) throw new ApiError(400, message);
}

function checkRoles(messages: readonly Message[]): void {
  refuseIf(messages[0]?.role !== 'user', 'messages.0: the first message must have the user role');
  // Current models take no beginning of their own reply.
  refuseIf(messages.at(-1)?.role !== 'user', `messages.${messages.length - 1}: the conversation must end with a user message`);
}

function checkContents(messages: readonly Message[]): void {
  for (const [at, { content }] of messages.entries()) {
    refuseIf(content.length === 0, `messages.${at}: content must not be empty`);
    for (const [n, block] of content.entries()) {
      refuseIf(
        block.type === 'text' && String(block.text ?? '').trim() === '',
        `messages.${at}.content.${n}: text blocks must not be empty`,
      );
    }
  }
}

function checkToolPairs(messages: readonly Message[]): void {
  const seen = new Set<string>();
  for (const [at, message] of messages.entries()) {
    const uses = message.role === 'assistant' ? toolUses(message).map(({ id }) => id) : [];
    for (const id of uses) {
      refuseIf(seen.has(id), `messages.${at}: tool_use ids must be unique, ${id} appears twice`);
      seen.add(id);
    }
    const next = messages[at + 1];
    const answered = new Set(next === undefined ? [] : toolResults(next).map(({ toolUseId }) => toolUseId));
    const open = uses.filter((id) => !answered.has(id));
    refuseIf(open.length > 0, `messages.${at}: tool_use ids without a tool_result block in the next message: ${open.join(', ')}`);

    const before = messages[at - 1];
    const asked = new Set(before?.role === 'assistant' ? toolUses(before).map(({ id }) => id) : []);
    const unasked = toolResults(message).filter(({ toolUseId }) => !asked.delete(toolUseId));
    refuseIf(unasked.length > 0, `messages.${at}: tool_result without its tool_use in the message before: ${unasked[0]?.toolUseId}`);
    const lastResult = message.content.findLastIndex(({ type }) => type === 'tool_result');
    refuseIf(
      message.content.slice(0, Math.max(lastResult, 0)).some(({ type }) => type !== 'tool_result'),
      `messages.${at}: tool_result blocks must come before all other content`,
    );
  }
}

function checkCacheMarks({ tools, system, messages, cache_control }: MessagesRequest): void {
  const marks: CacheControl[] = [];
  const collect = (block: Pick<Block, 'cache_control'>) => {
    if (block.cache_control != null) marks.push(block.cache_control);
  };
  for (const block of [...tools, ...system, ...messages.flatMap(({ content }) => content), { cache_control }]) collect(block);
  refuseIf(marks.length > MAX_CACHE_MARKS, `at most ${MAX_CACHE_MARKS} blocks may carry cache_control, found ${marks.length}`);
  const firstShort = marks.findIndex(({ ttl }) => ttl !== '1h');
  refuseIf(
    firstShort >= 0 && marks.slice(firstShort).some(({ ttl }) => ttl === '1h'),
    'cache_control: marks with ttl 1h must come before those with ttl 5m',
  );
}
