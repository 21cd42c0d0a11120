// The model's claim that the goal is reached; the harness checks it.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const Input = v.strictObject({
  summary: v.pipe(v.string(), v.minLength(1), v.description('First line as for a commit message; then what was done and what is left.')),
});

export const finish: Tool<'finish', 'loop', v.InferOutput<typeof Input>> = {
  name: 'finish',
  kind: 'loop',
  description: "Says that the goal is reached. The project's own checks are then run; if they fail, you get their output and go on.",
  input: Input,
  example: { summary: 'Add a calculator with tests\n\nAdds, subtracts, multiplies and divides; dividing by zero raises an error.' },
};
