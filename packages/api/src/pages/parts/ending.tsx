// How a task ended, also as Markdown to take along.
import { agentWords, cancelledText, deliveryText, isSettled, plainText, type Task } from '@tars/core';
import { clock, cost } from '../words.js';

export function Ending({ task }: { task: Task }) {
  if (!isSettled(task.state)) return null;
  const markdown = summaryOf(task);
  return (
    <>
      <div class="row">
        <h2>Summary</h2>
        <button type="button" class="quiet needs-script" data-copy="summary-text">
          Copy as Markdown
        </button>
      </div>
      <pre id="summary-text" class="summary" tabindex={0}>
        {markdown}
      </pre>
    </>
  );
}

/** A text of several lines stands in a list without breaking it. */
const inline = (text: string): string =>
  agentWords(plainText(text))
    .replace(/\s*\n\s*/g, ' ')
    .trim();

export function summaryOf(task: Task): string {
  const { id, goal, state, summary, proof, failure, cancelled, filesChanged, branch, suggestedCommitMessage, repository, delivery } = task;
  const points = [
    ['Ended', `${state}${failure === null ? '' : `: ${failure.message}`}`],
    ['Proof', proof && `${proof.verdict}. ${proof.sentence}`],
    ...(proof?.checks ?? []).map(({ command, exit_code, passed, failed }) => [
      'Check',
      `\`${command}\`: exit ${exit_code ?? '–'}${passed === null ? '' : `, ${passed} passed, ${failed ?? 0} failed`}`,
    ]),
    ['Cancel', cancelled && cancelledText(id, cancelled)],
    ['Files', filesChanged.length === 0 ? null : filesChanged.map((file) => `\`${file}\``).join(', ')],
    ['Branch', branch && `\`${branch}\``],
    ['Work', delivery && repository && deliveryText(id, repository, delivery)],
    ['Commit message', suggestedCommitMessage],
    ['Used', `${clock(task.workedMs)} of work, ${task.turns} turns, ${cost(task)}`],
  ] as const;
  const lines = points.flatMap(([name, text]) => (text ? [`- ${name}: ${inline(text)}`] : []));
  return [`## Task #${id}: ${inline(goal)}`, '', ...(summary ? [agentWords(plainText(summary)).trim(), ''] : []), ...lines].join('\n');
}
