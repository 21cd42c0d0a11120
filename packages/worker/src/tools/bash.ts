// Runs a shell line; how it runs is the shell's matter, whether it may is the gate's.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const Input = v.strictObject({
  command: v.pipe(v.string(), v.minLength(1), v.description('The command line, as for bash -c.')),
  reason: v.pipe(v.string(), v.minLength(1), v.description('Why, in a few words, for the owner: "run the tests".')),
  timeout_seconds: v.optional(
    v.pipe(
      v.number(),
      v.minValue(1),
      v.maxValue(600),
      v.description('Default 120, at most 600. Five minutes without output or work end a command in any case.'),
    ),
  ),
});

export const bash: Tool<'bash', 'command', v.InferOutput<typeof Input>> = {
  name: 'bash',
  kind: 'command',
  description:
    'Runs a command in the project. The working directory carries over to the next call, variables do not; there is no input and no terminal to answer on: what asks a question, opens an editor or fills the screen is stopped. The result holds the exit code and the output; of a long output beginning and end, and the file that holds the rest.',
  input: Input,
  example: { command: 'npm test', reason: 'run the tests' },
};
