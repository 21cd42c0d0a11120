// Data from outside that is not what it should be, explained to whoever wrote it.
import * as v from 'valibot';

export class BadInputError extends Error {
  readonly code = 'bad_input';
}

/** The parsed value; otherwise a `BadInputError` with one line for each problem, each with its place. */
export function parseInput<Schema extends v.GenericSchema>(schema: Schema, input: unknown, what: string): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.map((issue) => `  ${v.getDotPath(issue) ?? '(top)'}: ${issue.message}`);
  throw new BadInputError(`${what} is not valid:\n${problems.join('\n')}`);
}
