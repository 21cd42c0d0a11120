// The dialects in which voice and chat models want to be told of a function; each row turns one function into one of them.
import type { FunctionDeclaration, Hints } from '@tars/core';
import { type ArgumentsSchema, mapValues, type WireSchema, wireSchema } from './wire-schema.js';

const GEMINI_TYPES = { object: 'OBJECT', string: 'STRING', boolean: 'BOOLEAN' } as const;
type GeminiType = (typeof GEMINI_TYPES)[keyof typeof GEMINI_TYPES];
export type GeminiSchema = { type: GeminiType; description?: string; properties?: Record<string, GeminiSchema>; required?: string[] };
type Named = { name: string; description: string };

/** What `functionDeclarations` gives, by format. */
export type DeclarationOf = {
  /** For `tools: [{ functionDeclarations: […] }]` of generateContent and Live. */
  gemini: Named & { parameters: GeminiSchema };
  /** For `tools` of the Messages API. */
  anthropic: Named & { input_schema: ArgumentsSchema };
  /** For `tools` of chat completions. */
  openai: { type: 'function'; function: Named & { parameters: ArgumentsSchema; strict: true } };
  /** For `session.tools` of the Realtime API. */
  'openai-realtime': Named & { type: 'function'; parameters: ArgumentsSchema };
  /** For the answer to `tools/list`. */
  mcp: Named & { title: string; inputSchema: ArgumentsSchema; annotations: Hints };
};
export type DeclarationFormat = keyof DeclarationOf;

const named = ({ name, description }: FunctionDeclaration): Named => ({ name, description });

/** Gemini's own schema dialect: upper-case types, and no `additionalProperties`. */
const gemini = ({ type, description, properties, required }: WireSchema): GeminiSchema => ({
  type: geminiType(type),
  ...(description === undefined ? {} : { description }),
  ...(properties === undefined ? {} : { properties: mapValues(properties, gemini) }),
  ...(required === undefined ? {} : { required }),
});

function geminiType(type: WireSchema['type']): GeminiType {
  if (type === 'object' || type === 'string' || type === 'boolean') return GEMINI_TYPES[type];
  throw new Error(`No function takes ${JSON.stringify(type)} yet: add it to Gemini's types.`);
}

const closed = (schema: ArgumentsSchema): ArgumentsSchema => ({ ...schema, additionalProperties: false });

/** Strict mode wants every argument listed as required: one that may be left out may be null instead. */
const strict = (schema: ArgumentsSchema): ArgumentsSchema => {
  const properties = schema.properties ?? {};
  const nullable = (property: WireSchema): WireSchema => ({ ...property, type: [property.type, 'null'].flat() });
  return closed({
    ...schema,
    properties: mapValues(properties, (property, name) => (schema.required?.includes(name) ? property : nullable(property))),
    required: Object.keys(properties),
  });
};

export const FORMATS: { readonly [Format in DeclarationFormat]: (declaration: FunctionDeclaration) => DeclarationOf[Format] } = {
  gemini: (one) => ({ ...named(one), parameters: gemini(wireSchema(one)) }),
  anthropic: (one) => ({ ...named(one), input_schema: closed(wireSchema(one)) }),
  openai: (one) => ({ type: 'function', function: { ...named(one), parameters: strict(wireSchema(one)), strict: true } }),
  'openai-realtime': (one) => ({ type: 'function', ...named(one), parameters: closed(wireSchema(one)) }),
  mcp: (one) => ({ ...named(one), title: one.title, annotations: one.hints, inputSchema: closed(wireSchema(one)) }),
};
