// Where another package's own program lies, found without loading anything of that package.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** A bin lies at `bin/NAME.mjs` beside the `dist` its package's entry is in. */
export const binOf = (packageName: string, name: string): string => join(dirname(resolve(packageName)), '..', 'bin', `${name}.mjs`);
