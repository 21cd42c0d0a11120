// What the task has changed in the project, file by file, with the lines themselves.
import { plainText, type Redact, type TaskDiff } from '@tars/core';
import { counted } from '../words.js';

/** A page is to be looked at; all of it is a download away. */
const MOST_LINES = 1_500;

export type ChangesView = { taskId: string; diff: TaskDiff | null; redact: Redact };

export function Changes({ taskId, diff, redact }: ChangesView) {
  if (diff === null || (diff.files.length === 0 && diff.leftOut.length === 0)) return null;
  const { sections, isCut } = linesOf(redact(plainText(diff.patch)));
  return (
    <>
      <div class="row">
        <h2>Files changed</h2>
        <p class="quiet">
          {counted(diff.files.length, 'file')} <PlusMinus {...diff} /> · <a href={`/tasks/${taskId}/changes.diff`}>as a patch</a>
        </p>
      </div>
      {diff.files.map((file) => {
        const lines = sections.get(file.path);
        const name = (
          <>
            <span class="path">{redact(plainText(file.path))}</span>
            {file.status !== 'changed' && <small> {file.status}</small>}
            {file.isBinary ? <small> binary</small> : <PlusMinus {...file} />}
          </>
        );
        if (lines === undefined || lines.length === 0) return <p class="file line">{name}</p>;
        return (
          <details class="file" id={`file-${file.path}`}>
            <summary class="line">{name}</summary>
            <pre class="diff" tabindex={0}>
              {lines.map((line) => (
                <span class={kindOf(line)}>{`${line}\n`}</span>
              ))}
            </pre>
          </details>
        );
      })}
      {(isCut || diff.isCut) && <p class="quiet">More was changed than is shown here; the patch has more of it.</p>}
      {diff.leftOut.length > 0 && (
        <p class="quiet">
          {counted(diff.leftOut.length, 'path')} not looked at, such as {diff.leftOut[0]?.path}.
        </p>
      )}
    </>
  );
}

function PlusMinus({ insertions, deletions }: { insertions: number; deletions: number }) {
  return (
    <span class="counts">
      {' '}
      <ins>+{insertions}</ins> <del>−{deletions}</del>
    </span>
  );
}

const kindOf = (line: string): string =>
  line.startsWith('@@') ? 'hunk' : line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : 'same';

/** The patch by file, from the first hunk of each on. */
function linesOf(patch: string): { sections: Map<string, string[]>; isCut: boolean } {
  const sections = new Map<string, string[]>();
  let current: string[] = [];
  let names: string[] = [];
  let isInHunks = false;
  let count = 0;
  for (const line of patch.split('\n')) {
    if (line.startsWith('diff --git ')) [current, names, isInHunks] = [[], [], false];
    else if (!isInHunks && (line.startsWith('--- ') || line.startsWith('+++ '))) names.push(line.slice(4).replace(/^[ab]\//, ''));
    else if (line.startsWith('@@')) {
      isInHunks = true;
      sections.set(names.findLast((name) => name !== '/dev/null') ?? '', current);
    }
    if (!isInHunks || line === '') continue;
    if (count++ >= MOST_LINES) return { sections, isCut: true };
    current.push(line);
  }
  return { sections, isCut: false };
}
