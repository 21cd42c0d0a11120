import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { RESIDUAL_RISKS } from './residual-risks.js';
import { withTables } from './rule-table.js';
import { RULES } from './rules.js';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README shows the rules and the known risks as they are', () => {
  expect(readme).toBe(withTables(readme));
  for (const { id } of [...RULES, ...RESIDUAL_RISKS]) expect(readme).toContain(`| ${id} |`);
});
