// Runs a shell line; how it runs is the shell's matter, whether it may is the gate's.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const Input = v.strictObject({
  command: v.pipe(v.string(), v.minLength(1)),
  reason: v.pipe(v.string(), v.minLength(1), v.description('Why, in a few words, for the owner.')),
  timeout_seconds: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(600), v.description('Default 120, at most 600.'))),
});

export const bash: Tool<'bash', 'command', v.InferOutput<typeof Input>> = {
  name: 'bash',
  kind: 'command',
  description:
    'Runs a command in one bash session: the working directory carries over, variables do not. There is no input and no terminal: what asks a question, opens an editor or fills the screen is stopped, so use non-interactive flags. Answers with exit code and output; of a long one with beginning, end and the file that holds the rest.',
  input: Input,
  example: { command: 'npm test', reason: 'run the tests' },
};
