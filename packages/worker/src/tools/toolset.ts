// The tools as the model is offered them, and its calls as they are understood.
import type Anthropic from '@anthropic-ai/sdk';
import * as v from 'valibot';
import { askUserTool } from './ask-user.js';
import { bash } from './bash.js';
import { editFile, writeFile } from './edit-tools.js';
import { finish } from './finish.js';
import { readFile } from './read-file.js';
import { search } from './search.js';
import { strictSchema } from './strict-schema.js';
import { updatePlan } from './update-plan.js';

/** In this order for ever: the definitions are the first bytes of the cached prefix. */
export const TOOLS = [bash, readFile, writeFile, editFile, search, updatePlan, askUserTool, finish] as const;
type AnyTool = (typeof TOOLS)[number];

type Invocation<T extends AnyTool> = T extends AnyTool ? { name: T['name']; kind: T['kind']; input: v.InferOutput<T['input']> } : never;
export type ToolInvocation = Invocation<AnyTool>;
export type ReadInvocation = Extract<ToolInvocation, { kind: 'read' }>;
export type EditInvocation = Extract<ToolInvocation, { kind: 'edit' }>;

/** Whose shape or choice is not plain from the schema; the other examples are shown with a call that missed. */
const SHOWN: ReadonlySet<AnyTool['name']> = new Set(['edit_file', 'update_plan']);

/** Strict: the service itself holds the model to the schema. Fields that every current model takes, without a beta header. */
const definition = (tool: AnyTool): Anthropic.Tool => ({
  name: tool.name,
  description: tool.description,
  input_schema: strictSchema(tool.input as v.GenericSchema),
  ...(SHOWN.has(tool.name) ? { input_examples: [tool.example] } : {}),
  strict: true,
});

const DEFINITIONS = TOOLS.map(definition);

export const toolDefinitions = (): Anthropic.Tool[] => DEFINITIONS;

export type ParsedCall = { ok: true; call: ToolInvocation } | { ok: false; text: string };

/** A call the tools understand, or a text from which the model can make it one. */
export function parseToolCall(name: string, input: unknown): ParsedCall {
  const tool = TOOLS.find((candidate) => candidate.name === name);
  if (tool === undefined)
    return { ok: false, text: `There is no tool ${name}. There are: ${TOOLS.map((known) => known.name).join(', ')}.` };
  const parsed = v.safeParse(tool.input as v.GenericSchema, input);
  if (!parsed.success) {
    const problems = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'input'}: ${issue.message}`);
    return { ok: false, text: `${name} cannot use this input. ${problems.join('; ')}. A good call: ${JSON.stringify(tool.example)}` };
  }
  return { ok: true, call: { name: tool.name, kind: tool.kind, input: parsed.output } as ToolInvocation };
}
