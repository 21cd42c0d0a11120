// A tool's schema in the part of JSON Schema that strict tools may use: shapes and types. Bounds are checked by us, when the call comes.
import type Anthropic from '@anthropic-ai/sdk';
import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

/** The service refuses a strict tool with any of these. */
const BOUNDS: ReadonlySet<string> = new Set([
  ...['minLength', 'maxLength', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['maxItems', 'uniqueItems', '$schema'],
]);

export function strictSchema(input: v.GenericSchema): Anthropic.Tool.InputSchema {
  return withoutBounds(toJsonSchema(input, { typeMode: 'input', errorMode: 'ignore' })) as Anthropic.Tool.InputSchema;
}

function withoutBounds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutBounds);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(
    ([name, value]) => !(BOUNDS.has(name) && typeof value !== 'object') && !isManyItems(name, value),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutBounds(value)]));
}

/** At least none or one may be asked for, more may not. */
const isManyItems = (name: string, value: unknown): boolean => name === 'minItems' && typeof value === 'number' && value > 1;
