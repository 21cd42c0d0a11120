// JSON that means one thing only: no key twice, and none that reaches for an object's prototype.

export type StrictJson = { ok: true; value: unknown } | { ok: false; problem: string };

const FORBIDDEN: ReadonlySet<unknown> = new Set(['__proto__', 'constructor', 'prototype']);
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
    }
  }
  return null;
}
