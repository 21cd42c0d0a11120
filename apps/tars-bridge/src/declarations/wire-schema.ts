// A function's arguments as plain JSON Schema: the one source all declaration formats are made from.
import type { FunctionDeclaration } from '@tars/core';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';

export type WireSchema = {
  type: string | string[];
  description?: string;
  properties?: Record<string, WireSchema>;
  required?: string[];
  additionalProperties?: boolean;
};
/** What a function takes is always an object; the SDKs' own types want to see that. */
export type ArgumentsSchema = WireSchema & { type: 'object' };

export function wireSchema(declaration: FunctionDeclaration): ArgumentsSchema {
  return { ...plain(toJsonSchema(declaration.arguments, { typeMode: 'input' })), type: 'object' };
}

/** Only what every voice model understands; anything richer in a schema is a mistake found by the tests. */
function plain({ $schema: _, type, description, properties, required, ...rest }: JsonSchema): WireSchema {
  if (typeof type !== 'string' || Object.keys(rest).length > 0) {
    throw new Error(`A function's arguments must be plain: ${JSON.stringify({ type, ...rest })}`);
  }
  return {
    type,
    ...(description === undefined ? {} : { description }),
    ...(properties === undefined ? {} : { properties: mapValues(properties, (property) => plain(asSchema(property))) }),
    ...(required === undefined || required.length === 0 ? {} : { required: [...required] }),
  };
}

const asSchema = (definition: JsonSchema | boolean): JsonSchema => (typeof definition === 'boolean' ? {} : definition);

export const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
