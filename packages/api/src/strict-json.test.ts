import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseStrictJson } from './strict-json.js';

test('plain JSON reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/__proto__|constructor|prototype/.test(text));
      expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

test.each([
  ['in one object', '{"a":1,"a":2}'],
  ['with other keys and values between', '{"a":{"b":[1,"a",{"c":2}]},"d":"a","a":2}'],
  ['deep inside', '[[{"x":{"y":1,"z":2,"y":3}}]]'],
  ['spelled differently', '{"task_id":"a","task\\u005fid":"b"}'],
  ['after a value full of braces and quotes', '{"a":"}{\\"a\\":[","a":1}'],
])('a key given twice %s is refused', (_, text) => {
  expect(parseStrictJson(text)).toEqual({ ok: false, problem: 'The body holds the same key twice.' });
});

test('the same key in different objects is fine', () => {
  expect(parseStrictJson('{"a":{"a":1},"b":[{"a":2},{"a":3}]}').ok).toBe(true);
});

test.each(['{"__proto__":{}}', '{"a":[{"\\u005f_proto__":1}]}', '{"constructor":{"prototype":1}}'])('%s is refused', (text) => {
  expect(parseStrictJson(text)).toEqual({ ok: false, problem: 'The body holds a key that is not allowed.' });
});

test.each(['', '{', '{"a":}', "{'a':1}", 'undefined', '{"a":1}x'])('%p is not JSON', (text) => {
  expect(parseStrictJson(text)).toEqual({ ok: false, problem: 'The body is not valid JSON.' });
});

test('nesting is bounded, and thirty-two thousand nested arrays neither hang nor crash', () => {
  const nested = (depth: number) => parseStrictJson(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  expect(nested(32)).toMatchObject({ ok: true });
  expect(nested(33)).toEqual({ ok: false, problem: 'The body is nested too deeply.' });
  expect(nested(32_000)).toMatchObject({ ok: false });
});

test.each(['"\\u0000"', '"\\ud800"', '{"\\udc00":1}', '"\\udc00\\ud800"'])('%s is no text', (json) => {
  expect(parseStrictJson(json)).toEqual({ ok: false, problem: 'The body holds a NUL or half a character.' });
});

test('a whole pair of surrogates is a character', () => {
  expect(parseStrictJson('"\\ud83d\\ude80"')).toEqual({ ok: true, value: '🚀' });
});
