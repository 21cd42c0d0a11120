// Where another package's own program lies, found without loading anything of that package.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** A part that is another package, and is not installed beside this one: hosts need no worker where one runs elsewhere. */
export class PartMissingError extends Error {
  readonly code = 'part_missing';
  constructor(packageName: string) {
    super(`${packageName} is not installed here. Add it beside tars-bridge (npm install ${packageName}), or run that part elsewhere.`);
  }
}

/** A bin lies at `bin/NAME.mjs` beside the `dist` its package's entry is in. Throws `PartMissingError`. */
export function binOf(packageName: string, name: string): string {
  try {
    return join(dirname(resolve(packageName)), '..', 'bin', `${name}.mjs`);
  } catch (error) {
    const isMissing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    throw isMissing ? new PartMissingError(packageName) : error;
  }
}
