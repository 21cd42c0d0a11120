// JSON that means one thing only: no key twice, none that reaches for an object's prototype, no text that is none, and no bottomless nesting.

export type StrictJson = { ok: true; value: unknown } | { ok: false; problem: string };

const FORBIDDEN: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);
/** Deeper than anything that is sent here by far. */
const MAX_DEPTH = 32;
/** Strings and the four signs that shape objects and arrays; numbers, words and commas cannot hold a key. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

export function parseStrictJson(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'The body is not valid JSON.' };
  }
  const problem = keyProblem(text);
  return problem === null ? { ok: true, value } : { ok: false, problem };
}

/** Walks the keys of text already known to be valid JSON; `JSON.parse` itself keeps only the last of two equal ones. */
function keyProblem(text: string): string | null {
  const open: Set<unknown>[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(TOKEN)) {
    switch (token) {
      case '{':
      case '[':
        open.push(new Set());
        if (open.length > MAX_DEPTH) return 'The body is nested too deeply.';
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ':': {
        const key: unknown = JSON.parse(lastString);
        if (FORBIDDEN.has(key)) return 'The body holds a key that is not allowed.';
        const keys = open.at(-1);
        if (keys?.has(key)) return 'The body holds the same key twice.';
        keys?.add(key);
        break;
      }
      default:
        lastString = token;
        if (token.includes('\\u') && !isText(JSON.parse(token))) return 'The body holds a NUL or half a character.';
    }
  }
  return null;
}

/** Neither a NUL, which ends texts elsewhere, nor half of a surrogate pair, which no encoding can write. */
const isText = (value: unknown): boolean => typeof value === 'string' && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
