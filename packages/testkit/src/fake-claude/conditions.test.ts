import { expect, test } from '@jest/globals';
import * as v from 'valibot';
import { unmet } from './conditions.js';
import { parseMessagesRequest } from './rules.js';
import { Condition } from './scenario.js';

const use = (id: string, name: string) => ({ type: 'tool_use', id, name, input: {} });
const result = (id: string, content: unknown, is_error = false) => ({ type: 'tool_result', tool_use_id: id, content, is_error });
const REQUEST = parseMessagesRequest({
  model: 'm',
  max_tokens: 1,
  system: 'You are careful.',
  tools: [{ name: 'bash' }, { name: 'finish' }],
  messages: [
    { role: 'user', content: 'Goal: build' },
    { role: 'assistant', content: [use('a', 'bash'), use('b', 'read_file')] },
    {
      role: 'user',
      content: [
        result('a', 'first line\nfail 2', true),
        result('b', [{ type: 'text', text: 'const x' }]),
        { type: 'text', text: '3 minutes left' },
      ],
    },
  ],
});
const lack = (condition: v.InferInput<typeof Condition>) => unmet(v.parse(Condition, condition), REQUEST);

test.each<v.InferInput<typeof Condition>>([
  {},
  { tool: 'bash', tool_result: '^fail 2$', is_error: true },
  { tool_result: 'first.*fail' },
  { tool: 'read_file', tool_result: 'const', is_error: false },
  { user_text: 'minutes left' },
  { system: 'careful' },
  { tools: ['finish', 'bash'] },
])('holds: %j', (condition) => {
  expect(lack(condition)).toBeNull();
});

test.each<[v.InferInput<typeof Condition>, RegExp]>([
  // One result must have it all; another's error does not count.
  [{ tool: 'read_file', is_error: true }, /of read_file that is an error; got bash \(error\): .*read_file: "const x"/s],
  [{ tool: 'bash', is_error: false }, /that is no error/],
  [{ tool: 'bash', tool_result: 'const' }, /matching/],
  [{ tool: 'finish' }, /of finish/],
  [{ user_text: 'Goal' }, /user text/],
  [{ system: 'hasty' }, /system text/],
  [{ tools: ['bash', 'search'] }, /tools search; offered are bash, finish/],
])('does not hold: %j', (condition, why) => {
  expect(lack(condition)).toMatch(why);
});
