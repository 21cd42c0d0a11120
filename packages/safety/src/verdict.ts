// What the classifier is asked and what it answers.

export type Kind = 'safe' | 'destructive' | 'unreadable';
export type Purpose = 'test' | 'build' | 'install' | 'read' | 'git' | 'run' | 'other';

/**
 * What the caller knows of the world. Paths are absolute when `cwd` is given, otherwise as seen from the folder the command starts in;
 * a constant `cd` on the way is followed.
 */
export type Facts = {
  readonly exists: (path: string) => boolean;
  readonly isTracked: (path: string) => boolean;
  /** The text of a script the command would run, or null when there is none to read. */
  readonly readScript: (path: string) => string | null;
};

export type Context = { readonly cwd?: string; readonly projectRoot?: string; readonly facts?: Facts };

/**
 * `destructive` and `unreadable` ask. `reason` completes the sentence "this is needed to …"; a safe command has one only when it runs
 * a script that nobody could read whole, and `part` then names it.
 */
export type Verdict = {
  readonly kind: Kind;
  readonly reason: string;
  /** Id of the rule that decided; empty for a safe command. */
  readonly rule: string;
  /** The piece of the command, or of a script it runs, that the reason is about. */
  readonly part: string;
  readonly purpose: Purpose;
};
