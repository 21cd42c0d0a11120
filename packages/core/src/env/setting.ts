// What is known about one environment variable: enough to read it, to document it and to explain a mistake in it.
import type * as v from 'valibot';

/** A process environment, or something of its shape. */
export type Env = Readonly<Record<string, string | undefined>>;

export type Setting<T> = {
  readonly name: string;
  /** What it does, for a reader of `.env.example`. */
  readonly doc: string;
  /** The text used when the variable is absent or empty; null when there is none (the value is then null). */
  readonly default: string | null;
  /** A right value, shown with every problem. Never a working secret. */
  readonly example: string;
  /** A secret's value is never shown, and may come from a file named by `NAME_FILE`. */
  readonly secret: boolean;
  /** May come from a file although it is not secret (keys of several lines). */
  readonly fromFile: boolean;
  /** Its messages complete the sentence "VALUE …", e.g. "is not a number". */
  readonly schema: v.GenericSchema<string, T>;
};

type Row<T> = Pick<Setting<T>, 'name' | 'doc' | 'schema'> & Partial<Pick<Setting<T>, 'secret' | 'fromFile'>>;

/** A setting that always has a value. */
export const setting = <T>({ example, ...row }: Row<T> & { default: string; example?: string }): Setting<T> => ({
  secret: false,
  fromFile: row.secret ?? false,
  example: example ?? row.default,
  ...row,
});

/** A setting whose absence means null. */
export const optional = <T>(row: Row<T> & { example: string }): Setting<T | null> => ({
  secret: false,
  fromFile: row.secret ?? false,
  default: null,
  ...row,
});
