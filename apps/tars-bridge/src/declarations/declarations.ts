// The functions as a voice or chat model is told of them: none where the conversation may not use them.
import { EXTENDED_FUNCTIONS, FUNCTIONS } from '@tars/core';
import { type DeclarationFormat, type DeclarationOf, FORMATS } from './formats.js';

export type Permission = 'full' | 'limited';

export type Wanted = {
  permission?: Permission /** Also the functions beyond the four: the list of tasks, and answers to a task's questions. */;
  extended?: boolean;
};

export function declarationsFor<Format extends DeclarationFormat>(
  format: Format,
  { permission = 'full', extended = false }: Wanted = {},
): DeclarationOf[Format][] {
  if (permission === 'limited') return [];
  const known = Object.keys(FORMATS);
  if (!known.includes(format))
    throw new TypeError(`There is no declaration format ${JSON.stringify(format)}. There are: ${known.join(', ')}.`);
  return [...FUNCTIONS, ...(extended ? EXTENDED_FUNCTIONS : [])].map(FORMATS[format]);
}
