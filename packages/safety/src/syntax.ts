// The shape of a shell line as the classifier reads it: only what decides which commands run and with which words.

export type Script = {
  readonly nodes: readonly Node[] /** What the parser could not make sense of; null when all of it was read. */;
  readonly broken: string | null;
};

export type Command = {
  readonly kind: 'command';
  /** The source slice, for showing a person. */
  readonly text: string;
  readonly assigns: readonly Assign[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
};

export type Node =
  | Command
  | { readonly kind: 'pipeline'; readonly stages: readonly Node[] }
  | { readonly kind: 'list'; readonly nodes: readonly Node[] }
  /** Runs on some condition, so what it assigns may or may not hold afterwards. */
  | { readonly kind: 'maybe'; readonly node: Node }
  /** Runs in a shell of its own: what it changes does not leave it. */
  | { readonly kind: 'subshell'; readonly node: Node }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Node }
  | { readonly kind: 'function'; readonly name: string; readonly body: Node; readonly text: string }
  | { readonly kind: 'redirected'; readonly node: Node; readonly redirects: readonly Redirect[]; readonly text: string }
  /** Words that are expanded though no command takes them: the subject of a `case`, both sides of a `[[ … ]]`. */
  | { readonly kind: 'expanded'; readonly words: readonly Word[] };

export type Assign = {
  readonly name: string;
  readonly value: Word | readonly Word[];
  readonly append: boolean;
  readonly index: Word | null;
};

export type Redirect =
  | { readonly kind: 'file'; readonly operator: string; readonly descriptor: number | null; readonly target: Word }
  /** A heredoc or a here-string. */
  | { readonly kind: 'text'; readonly word: Word };

export type Word = { readonly text: string; readonly chunks: readonly Chunk[] };

export type Chunk =
  | { readonly kind: 'text'; readonly value: string }
  /** A glob: kept as written, though scripts inside its brackets do run. */
  | { readonly kind: 'glob'; readonly text: string; readonly scripts: readonly Script[] }
  | { readonly kind: 'braces'; readonly text: string; readonly scripts: readonly Script[] }
  | Parameter
  /** `$(…)` and backticks. */
  | { readonly kind: 'output'; readonly script: Script; readonly quoted: boolean }
  /** `<(…)` and `>(…)`. */
  | { readonly kind: 'stream'; readonly script: Script }
  /** `$((…))` and subscripts: a number, but one that may run commands on the way. */
  | { readonly kind: 'number'; readonly words: readonly Word[]; readonly scripts: readonly Script[] };

export type Parameter = {
  readonly kind: 'parameter';
  readonly name: string;
  readonly quoted: boolean;
  readonly prefix: '!' | '#' | null;
  readonly index: Word | null;
  readonly operator: string | null;
  readonly operands: readonly Word[];
};
