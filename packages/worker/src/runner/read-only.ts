// Calls that change nothing: run again without a thought after any interruption.
import { readFile } from '../tools/read-file.js';
import { search } from '../tools/search.js';
import type { ReadInvocation } from '../tools/toolset.js';
import type { Context } from './context.js';
import { error, ok, type Result } from './perform.js';

export async function readOnly({ record, signal }: Context, call: ReadInvocation): Promise<Result> {
  const where = { projectDir: record.task().project, signal };
  try {
    const outcome = call.name === 'read_file' ? await readFile.execute(call.input, where) : await search.execute(call.input, where);
    return outcome.ok ? ok(outcome.text) : error(outcome.text);
  } catch (reason) {
    // What the file system refuses is for the model to hear.
    return error(`${call.name} failed: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
}
