// The two ways to change a file, as the model is offered them. `plan-edit.ts` says what a call comes to.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const path = v.pipe(v.string(), v.minLength(1));

const WriteInput = v.strictObject({ path, content: v.string() });

export const writeFile: Tool<'write_file', 'edit', v.InferOutput<typeof WriteInput>> = {
  name: 'write_file',
  kind: 'edit',
  description: 'Creates a file, with its folders, or replaces its whole content; to change part of one use edit_file.',
  input: WriteInput,
  example: { path: 'src/add.js', content: 'export const add = (a, b) => a + b;\n' },
};

const Edit = v.strictObject({
  old_text: v.pipe(v.string(), v.minLength(1)),
  new_text: v.string(),
});
const EditInput = v.strictObject({ path, edits: v.pipe(v.array(Edit), v.minLength(1)) });

export const editFile: Tool<'edit_file', 'edit', v.InferOutput<typeof EditInput>> = {
  name: 'edit_file',
  kind: 'edit',
  description:
    'Replaces pieces of a file: all edits in order, or none. Each old_text must stand in it exactly once, white space included, so take enough of the lines around it; line numbers are not part of it.',
  input: EditInput,
  example: { path: 'src/add.js', edits: [{ old_text: 'return a - b;', new_text: 'return a + b;' }] },
};
