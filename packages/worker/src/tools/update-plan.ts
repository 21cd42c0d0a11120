// The plan the owner sees; its finished steps are the percentage.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const Step = v.strictObject({ title: v.pipe(v.string(), v.minLength(1)), status: v.picklist(['pending', 'active', 'done']) });
const Input = v.strictObject({ steps: v.pipe(v.array(Step), v.minLength(1), v.maxLength(20)) });

export const updatePlan: Tool<'update_plan', 'loop', v.InferOutput<typeof Input>> = {
  name: 'update_plan',
  kind: 'loop',
  description: 'Shows the owner the whole plan as it stands now.',
  input: Input,
  example: {
    steps: [{ title: 'write its tests', status: 'active' }],
  },
};
