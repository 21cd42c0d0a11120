// The two ways to change a file, as the model is offered them. `plan-edit.ts` says what a call comes to.
import * as v from 'valibot';
import type { Tool } from './tool.js';

const path = v.pipe(v.string(), v.minLength(1), v.description('Relative to the project.'));

const WriteInput = v.strictObject({ path, content: v.pipe(v.string(), v.description('The whole new content.')) });

export const writeFile: Tool<'write_file', 'edit', v.InferOutput<typeof WriteInput>> = {
  name: 'write_file',
  kind: 'edit',
  description: 'Creates a file, with its folders, or replaces its whole content. To change part of an existing file use edit_file.',
  input: WriteInput,
  example: { path: 'src/add.js', content: 'export const add = (a, b) => a + b;\n' },
};

const Edit = v.strictObject({
  old_text: v.pipe(v.string(), v.minLength(1), v.description('Text that stands in the file exactly once, white space included.')),
  new_text: v.pipe(v.string(), v.description('What takes its place.')),
});
const EditInput = v.strictObject({ path, edits: v.pipe(v.array(Edit), v.minLength(1)) });

export const editFile: Tool<'edit_file', 'edit', v.InferOutput<typeof EditInput>> = {
  name: 'edit_file',
  kind: 'edit',
  description:
    'Replaces pieces of a file. Each old_text must stand in the file exactly once, so take enough of the lines around it; line numbers are not part of it. All edits are made, in order, or none.',
  input: EditInput,
  example: { path: 'src/add.js', edits: [{ old_text: 'return a - b;', new_text: 'return a + b;' }] },
};
