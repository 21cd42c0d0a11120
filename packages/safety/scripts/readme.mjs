// Prints the rules and the known risks into the README, from the built data.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from '../dist/rule-table.js';

const path = join(import.meta.dirname, '../README.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8')));
