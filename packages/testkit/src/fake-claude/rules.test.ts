import { expect, test } from '@jest/globals';
import { parseMessagesRequest } from './rules.js';

const base = { model: 'claude-sonnet-4-5', max_tokens: 100 };
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const use = (id: string) => ({ type: 'tool_use', id, name: 'bash', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const text = (words: string, ttl?: '5m' | '1h') => ({
  type: 'text',
  text: words,
  ...(ttl === undefined ? {} : { cache_control: { type: 'ephemeral', ttl } }),
});

const ACCEPTED: [string, object][] = [
  ['text as a string', { ...base, messages: [user('hi')] }],
  [
    'results, then words',
    { ...base, messages: [user('hi'), assistant([use('a'), use('b')]), user([result('b'), result('a'), text('and?')])] },
  ],
  [
    'results over two neighbouring user messages',
    { ...base, messages: [user('hi'), assistant([use('a')]), user([result('a')]), user('and?')] },
  ],
  ['one-hour marks before five-minute marks', { ...base, system: [text('s', '1h')], messages: [user([text('hi', '5m')])] }],
  ['a tool the API defines itself', { ...base, tools: [{ type: 'bash_20250124', name: 'bash' }], messages: [user('hi')] }],
];
test.each(ACCEPTED)('accepted: %s', (_, body) => {
  expect(parseMessagesRequest(body)).toMatchObject({ max_tokens: 100 });
});

const REFUSED: [string, RegExp, object][] = [
  ['no max_tokens', /max_tokens/, { model: 'm', messages: [user('hi')] }],
  ['temperature', /temperature: extra inputs/, { ...base, temperature: 1, messages: [user('hi')] }],
  ['top_p', /top_p: extra inputs/, { ...base, top_p: 1, messages: [user('hi')] }],
  ['top_k', /top_k: extra inputs/, { ...base, top_k: 1, messages: [user('hi')] }],
  ['an unknown role', /messages\.0\.role/, { ...base, messages: [{ role: 'tool', content: 'hi' }] }],
  ['no messages', /at least one message/, { ...base, messages: [] }],
  ['an assistant that begins', /first message/, { ...base, messages: [assistant('hi'), user('hi')] }],
  ['a begun reply at the end', /end with a user message/, { ...base, messages: [user('hi'), assistant('I')] }],
  [
    'a call without its result',
    /without a tool_result.*: b/,
    { ...base, messages: [user('hi'), assistant([use('a'), use('b')]), user([result('a')])] },
  ],
  [
    'a call answered a message late',
    /without a tool_result/,
    { ...base, messages: [user('hi'), assistant([use('a')]), user('wait'), assistant('ok'), user([result('a')])] },
  ],
  [
    'a result nobody asked for',
    /without its tool_use/,
    { ...base, messages: [user('hi'), assistant([use('a')]), user([result('a'), result('z')])] },
  ],
  [
    'two results for one call',
    /without its tool_use/,
    { ...base, messages: [user('hi'), assistant([use('a')]), user([result('a'), result('a')])] },
  ],
  [
    'words before a result',
    /must come before/,
    { ...base, messages: [user('hi'), assistant([use('a')]), user([text('so'), result('a')])] },
  ],
  [
    'the same call id twice',
    /unique/,
    { ...base, messages: [user('hi'), assistant([use('a')]), user([result('a')]), assistant([use('a')]), user([result('a')])] },
  ],
  ['an empty text', /empty/, { ...base, messages: [user([text(' ')])] }],
  ['five cache marks', /at most 4/, { ...base, messages: [user(['a', 'b', 'c', 'd', 'e'].map((words) => text(words, '5m')))] }],
  ['a one-hour mark after a five-minute mark', /1h/, { ...base, messages: [user([text('a', '5m'), text('b', '1h')])] }],
  ['two tools of one name', /unique/, { ...base, tools: [{ name: 'a' }, { name: 'a' }], messages: [user('hi')] }],
];
test.each(REFUSED)('refused: %s', (_, why, body) => {
  expect(() => parseMessagesRequest(body)).toThrow(why);
});
