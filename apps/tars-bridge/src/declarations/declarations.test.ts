import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FUNCTION_NAMES } from '@tars/core';
import { declarationsFor } from './declarations.js';
import { type DeclarationFormat, FORMATS } from './formats.js';

const formats = Object.keys(FORMATS) as DeclarationFormat[];
const golden = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, 'golden', `${name}.json`), 'utf8'));

test.each(formats)('the %s declarations are what hosts were promised, to the letter', (format) => {
  expect(declarationsFor(format)).toStrictEqual(golden(format));
});

test.each(formats)('the extended %s declarations are the four and six more, to the letter', (format) => {
  const extended = declarationsFor(format, { extended: true });
  expect(extended.slice(0, 4)).toStrictEqual(golden(format));
  expect(extended.slice(4)).toStrictEqual(golden(`${format}.extended`));
});

test.each(formats)('a limited conversation gets no %s declarations', (format) => {
  expect(declarationsFor(format, { permission: 'limited', extended: true })).toStrictEqual([]);
});

test('Gemini gets its own dialect: upper-case types and nothing it does not know', () => {
  const text = JSON.stringify(declarationsFor('gemini'));
  const types = [...text.matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
  expect(new Set(types)).toStrictEqual(new Set(['OBJECT', 'STRING', 'BOOLEAN']));
  expect(text).not.toMatch(/additionalProperties|\$schema|anyOf|const/);
});

test('strict mode lists every argument as required and lets optional ones be null', () => {
  const [start] = declarationsFor('openai');
  expect(start?.function.parameters.required).toStrictEqual(['goal', 'project_path', 'verbose_updates']);
  expect(start?.function.parameters.properties?.verbose_updates?.type).toStrictEqual(['boolean', 'null']);
});

test('every format declares the four functions in their order', () => {
  for (const format of formats) {
    const names = declarationsFor(format).map((one) => ('function' in one ? one.function.name : one.name));
    expect(names).toStrictEqual([...FUNCTION_NAMES]);
  }
});

test('an unknown format is refused by its name, with those that exist', () => {
  expect(() => declarationsFor('grok' as DeclarationFormat)).toThrow(/"grok".*gemini, anthropic, openai/);
});
