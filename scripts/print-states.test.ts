import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..');

test("the architecture page shows the states as the product's own table has them (node scripts/print-states.mjs prints them)", () => {
  const printed = execFileSync(process.execPath, [join(ROOT, 'scripts/print-states.mjs')], { encoding: 'utf8' });
  const page = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
  expect(/```mermaid\n(stateDiagram[\s\S]*?)```/.exec(page)?.[1]).toBe(printed);
});
