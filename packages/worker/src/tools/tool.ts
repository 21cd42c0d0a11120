// What every tool the model is offered consists of.
import type * as v from 'valibot';

/** How its calls are carried out: beside each other, as an edit, as a command, or by the loop itself. */
export type ToolKind = 'read' | 'edit' | 'command' | 'loop';

export type Tool<Name extends string, Kind extends ToolKind, Input> = {
  name: Name;
  kind: Kind;
  /** For the model: what it does, when to use it, what to mind. */
  description: string;
  input: v.GenericSchema<unknown, Input>;
  /** A good call, for the model. */
  example: Input;
};

/** What a tool that acts on files gives back to the model. */
export type ToolOutcome = { ok: boolean; text: string };
export type Where = { projectDir: string; signal: AbortSignal };
