// What a model sent as a function's arguments, before the function sees it.
import { type Redact, redactValue } from '@tars/core';

/** Some models send their arguments as JSON text; what is not JSON is left for the function to refuse. */
export function readArguments(args: unknown): unknown {
  if (typeof args !== 'string') return args;
  try {
    return JSON.parse(args);
  } catch {
    return args;
  }
}

/** A goal is kept, shown and sent to the model: a code or key that slipped into it is taken out before that. */
export function withoutSecrets(args: unknown, redact: Redact): unknown {
  if (typeof args !== 'object' || args === null || !('goal' in args)) return args;
  return { ...args, goal: redactValue(args.goal, redact) };
}
