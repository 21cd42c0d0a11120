// What goes to the model: a prefix that never changes, so that all but the newest is read from the cache.
import { expect, test } from '@jest/globals';
import type { TranscriptRecord } from '@tars/core';
import { startFakeClaude } from '@tars/testkit';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { toMessages } from '../runner/messages.js';
import { toolDefinitions } from '../tools/toolset.js';
import { createModelClient, type Reply } from './client.js';
import { toParams } from './request.js';

const TURNS = 6;
/** Many calls in one reply: more blocks between two marks than the cache looks back. */
const CALLS = 14;

/** The conversation of a task in which every reply reads files, turn by turn. */
async function* conversation(answer: (messages: ReturnType<typeof toMessages>) => Promise<Reply>) {
  const transcript: TranscriptRecord[] = [{ kind: 'note', turn: 0, text: 'Goal: read everything\nProject: /p' }];
  for (let turn = 1; turn <= TURNS; turn++) {
    const messages = toMessages(transcript);
    const reply = await answer(messages);
    yield { messages, reply };
    transcript.push({ kind: 'reply', turn, content: reply.content.map((block) => ({ ...block })), stopReason: reply.stopReason });
    for (const block of reply.content) {
      if (block.type === 'tool_use')
        transcript.push({ kind: 'result', turn, callId: block.id, text: `content of turn ${turn}`, isError: false });
    }
    if (turn % 2 === 0) transcript.push({ kind: 'note', turn, text: 'Time is short.' });
  }
}

const scenario = {
  cache_min_tokens: 0,
  turns: Array.from({ length: TURNS }, (_, turn) => ({
    text: 'Reading on.',
    calls: Array.from({ length: CALLS }, (_, file) => ({ name: 'read_file', input: { path: `${turn}/${file}` } })),
  })),
};

test('each turn reads from the cache all that the turn before it wrote', async () => {
  const claude = await startFakeClaude({ scenario });
  try {
    const client = createModelClient({ apiKey: 'k', baseUrl: claude.url, model: 'claude-sonnet-5-5' }, { outage: () => {} });
    const tools = toolDefinitions();
    const usages: Reply['usage'][] = [];
    const signal = new AbortController().signal;
    for await (const { reply } of conversation((messages) => client.turn({ system: SYSTEM_PROMPT, tools, messages }, signal))) {
      usages.push(reply.usage);
    }
    expect(usages[0]?.cacheRead).toBe(0);
    // The system text and the tools outlive a wait for a human.
    expect(usages[0]?.cacheWrite1h).toBeGreaterThan(500);
    for (const [turn, usage] of usages.entries()) {
      const before = usages[turn - 1];
      if (before === undefined) continue;
      expect(usage.cacheRead).toBe(before.cacheRead + before.cacheWrite5m + before.cacheWrite1h);
      expect(usage.cacheRead).toBeGreaterThan(before.cacheRead);
      expect(usage.input).toBeLessThan(50);
    }
    expect(claude.failures()).toEqual([]);
    // What not every current model takes is not sent at all.
    for (const { body } of claude.requests()) {
      expect(Object.keys(body as object).sort()).toEqual(['max_tokens', 'messages', 'model', 'stream', 'system', 'tools']);
    }
  } finally {
    await claude.close();
  }
});

test('what was sent once is sent again byte for byte, marks aside', async () => {
  const withoutMarks = (value: unknown) => JSON.stringify(value, (key, inner) => (key === 'cache_control' ? undefined : inner));
  const content: Reply['content'] = [{ type: 'tool_use', id: 'x', name: 'read_file', input: { path: 'a' }, caller: { type: 'direct' } }];
  const usage = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  let before: { head: string; messages: string } | null = null;
  for await (const { messages } of conversation(async () => ({ content, stopReason: 'tool_use', usage, model: 'm' }))) {
    const { messages: sent, ...head } = toParams({ model: 'm', system: SYSTEM_PROMPT, tools: toolDefinitions(), messages });
    const now = { head: withoutMarks(head), messages: withoutMarks(sent) };
    if (before !== null) {
      expect(now.head).toBe(before.head);
      expect(now.messages.startsWith(before.messages.slice(0, -1))).toBe(true);
    }
    before = now;
  }
});
