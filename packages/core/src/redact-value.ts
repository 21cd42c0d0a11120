// A redacted copy of any value, fit for JSON: for log fields and payloads whose shape nobody promised.
import { types } from 'node:util';
import { REDACTED, type Redact } from './redact.js';

const MAX_DEPTH = 8;
const MAX_ITEMS = 1_000;
/** Whatever such a field holds is a secret, even one nobody has planted. */
const SECRET_FIELD =
  /(^|_)(password|passwd|secret|authorization|cookie|api_key|auth_token|access_token|refresh_token|bearer_token|webhook_token|api_token|private_key|private_key_pem|signing_key|confirmation_code)$/;

const fieldName = (key: string) =>
  key
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();

/** Never throws: cycles, depth, odd objects and throwing getters become a word in brackets. */
export function redactValue(value: unknown, redact: Redact): unknown {
  return copy(value, redact, []);
}

function copy(value: unknown, redact: Redact, above: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
      return redact(value);
    case 'number': {
      // A number can be a code too: JSON bodies are often sloppy about it.
      const text = String(value);
      return redact(text) === text ? value : REDACTED;
    }
    case 'bigint':
      return redact(String(value));
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'object':
      if (value === null) return null;
      if (above.includes(value)) return '[circular]';
      if (above.length >= MAX_DEPTH) return '[too deep]';
      try {
        return copyObject(value, redact, [...above, value]);
      } catch {
        return '[unreadable]';
      }
    default:
      return value;
  }
}

function copyObject(value: object, redact: Redact, above: readonly object[]): unknown {
  const inner = (item: unknown) => copy(item, redact, above);
  if (types.isNativeError(value)) return errorFields(value, inner);
  if (types.isDate(value)) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return redact(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(inner);
  if (types.isSet(value)) return [...value].slice(0, MAX_ITEMS).map(inner);
  const entries = types.isMap(value) ? [...value].map(([key, item]) => [String(key), item] as const) : Object.entries(value);
  return Object.fromEntries(
    entries
      .slice(0, MAX_ITEMS)
      .map(([key, item]) => [redact(key), SECRET_FIELD.test(fieldName(key)) && isTold(item) ? REDACTED : inner(item)]),
  );
}

const isTold = (item: unknown): boolean => item !== null && item !== undefined && item !== '' && typeof item !== 'boolean';

function errorFields(error: Error, inner: (item: unknown) => unknown): Record<string, unknown> {
  const code = 'code' in error ? { code: inner(error.code) } : {};
  const cause = error.cause === undefined ? {} : { cause: inner(error.cause) };
  return { type: error.name, message: inner(error.message), ...code, stack: inner(error.stack ?? ''), ...cause };
}
