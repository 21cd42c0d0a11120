// A question to the owner, who is away: it stops the task until it is answered.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const Input = v.strictObject({
  question: v.pipe(v.string(), v.minLength(1), v.description('One that can be answered in a sentence, by voice.')),
  options: v.optional(v.pipe(v.array(v.string()), v.maxLength(5))),
  default: v.optional(v.pipe(v.string(), v.description('What you go on with when nobody answers.'))),
});

export const askUserTool: Tool<'ask_user', 'loop', v.InferOutput<typeof Input>> = {
  name: 'ask_user',
  kind: 'loop',
  description: 'Asks the owner, who may be away, and waits a few minutes. Only for what goal and project do not let you decide sensibly.',
  input: Input,
  example: { question: 'Should old accounts keep their user names?', options: ['yes', 'no'], default: 'yes' },
};
