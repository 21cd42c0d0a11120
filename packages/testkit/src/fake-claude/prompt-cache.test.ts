import { expect, test } from '@jest/globals';
import { createPromptCache } from './prompt-cache.js';
import { parseMessagesRequest } from './rules.js';

const mark = (ttl: '5m' | '1h') => ({ cache_control: { type: 'ephemeral', ttl } });
const text = (words: string) => ({ type: 'text', text: words });
const long = (word: string) => word.repeat(2_000);
const request = (system: object, ...users: object[]) =>
  parseMessagesRequest({
    model: 'm',
    max_tokens: 1,
    system: [system],
    messages: users.flatMap((block, n) => [
      ...(n > 0 ? [{ role: 'assistant', content: `reply ${n}` }] : []),
      { role: 'user', content: [block] },
    ]),
  });

test('what one request wrote at its marks, the next reads, and pays only for what is new', () => {
  const cache = createPromptCache(100);
  const system = { ...text(long('s')), ...mark('1h') };
  const first = cache.account(request(system, { ...text(long('a')), ...mark('5m') }));
  expect(first).toMatchObject({ read: 0, uncached: 0 });
  expect(first.written1h).toBeGreaterThan(490);
  expect(first.written5m).toBeGreaterThan(490);
  const second = cache.account(request(system, text(long('a')), { ...text(long('b')), ...mark('5m') }));
  expect(second).toMatchObject({ read: first.written1h + first.written5m, written1h: 0, uncached: 0 });
  expect(second.written5m).toBeGreaterThan(490);
});

test('one changed byte in front of a mark loses the prefix behind it', () => {
  const cache = createPromptCache(100);
  const marked = { ...text(long('a')), ...mark('5m') };
  cache.account(request(text('the time is 12:00'), marked));
  expect(cache.account(request(text('the time is 12:01'), marked)).read).toBe(0);
});

test('without marks nothing is cached, and a short prefix is not either', () => {
  const cache = createPromptCache(10_000);
  for (const marked of [text(long('a')), { ...text(long('a')), ...mark('5m') }]) {
    for (const _ of ['once', 'again']) {
      expect(cache.account(request(text('s'), marked))).toMatchObject({
        read: 0,
        written5m: 0,
        written1h: 0,
        uncached: expect.any(Number),
      });
    }
  }
});

test('a prefix lives as long as its mark says', () => {
  let now = 0;
  const cache = createPromptCache(100, () => now);
  const marked = request({ ...text(long('s')), ...mark('1h') }, { ...text(long('a')), ...mark('5m') });
  const { written1h, written5m } = cache.account(marked);
  now += 6 * 60_000;
  expect(cache.account(marked)).toMatchObject({ read: written1h, written5m });
  now += 61 * 60_000;
  expect(cache.account(marked)).toMatchObject({ read: 0, written1h });
});

test('a mark more than twenty blocks after the last stored prefix finds nothing', () => {
  const cache = createPromptCache(100);
  const blocks = Array.from({ length: 25 }, (_, n) => text(long(String(n))));
  const upTo = (count: number) =>
    parseMessagesRequest({
      model: 'm',
      max_tokens: 1,
      messages: [
        { role: 'user', content: blocks.slice(0, count).map((block, n) => (n === count - 1 ? { ...block, ...mark('5m') } : block)) },
      ],
    });
  cache.account(upTo(2));
  expect(cache.account(upTo(25)).read).toBe(0);
  cache.account(upTo(2));
  expect(cache.account(upTo(20)).read).toBeGreaterThan(0);
});
