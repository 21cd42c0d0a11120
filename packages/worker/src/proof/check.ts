// A check of the project: a line to run, and what its words are worth.
import type { Folder } from './folder.js';
import type { Runner } from './test-counts.js';

export type CheckKind = 'test' | 'typecheck' | 'lint' | 'format';

/** `command` is a shell line that starts in the project folder. */
export type FoundCheck = {
  kind: CheckKind;
  command: string;
  /** Of a test: whose words tell the counts; `own` where the project made it itself. */
  runner?: Runner | 'own';
  /** Why its word is not to be believed. */
  flaw?: string;
  /** Why it cannot be run here. */
  missing?: string;
  /** The project never asked for it: usual in the language, it may say something good and refutes nothing. */
  isCustom?: boolean;
  /** A program that knows the whole layout of the code. */
  isFormatter?: boolean;
};

/** Looks at one folder. */
export type Finder = (folder: Folder) => Promise<FoundCheck[]>;

/** With `missing` only where there is something. */
export const unless = (missing: string | null): Pick<FoundCheck, 'missing'> => (missing === null ? {} : { missing });
