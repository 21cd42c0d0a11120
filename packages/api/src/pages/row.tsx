// One action of a task as a line that unfolds: what was meant, what came of it, what it printed.
import { agentLines, agentWords, describe, type LoggedEvent, oneLine, plainText, type Redact } from '@tars/core';
import { Code } from './code.js';
import { lastSeq, type Row, saysSomething } from './story.js';
import { clock } from './words.js';

/** The sign at the beginning of a sentence stands in a column of its own, where no screen reader spells it. */
const SIGN = /^(\p{Extended_Pictographic}️?)\s*/u;
const FAILED = new Set(['task.failed', 'task.timed_out', 'claim.refuted', 'undo.refused']);

export type RowView = { row: Row /** When the task was accepted. */; since: number; redact: Redact };

export function StepRow({ row, since, redact }: RowView) {
  const { opened, closed } = row;
  const { sign, line, more } = sentenceOf(opened, redact);
  const result = resultOf(row);
  const output = outputOf(row, redact);
  const head = (
    <>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span class="said">
        <Code text={line} />
      </span>
      {result && <span class={`result ${result.tone}`}>{result.word}</span>}
      <time datetime={new Date(opened.event.at).toISOString()}>{clock(opened.event.at - since)}</time>
    </>
  );
  const seqs = closed === null ? String(opened.seq) : `${opened.seq} ${closed.seq}`;
  const isBad = result?.tone === 'bad' || FAILED.has(opened.event.type);
  const kind = saysSomething(opened) ? 'step words' : isBad ? 'step failed' : 'step';
  return (
    <li id={row.id} class={kind} data-seqs={seqs} data-last={String(lastSeq(row))}>
      {more === '' && output === '' ? (
        <p class="line">{head}</p>
      ) : (
        <details open={isBad}>
          <summary class="line">{head}</summary>
          {more !== '' && (
            <p class="more">
              <Code text={more} />
            </p>
          )}
          {output !== '' && (
            <pre class="output" tabindex={0}>
              {output}
            </pre>
          )}
        </details>
      )}
    </li>
  );
}

function sentenceOf({ taskId, event }: LoggedEvent, redact: Redact): { sign: string; line: string; more: string } {
  // Its output stands below, whole lines and in a face of its own.
  const plain = event.type === 'command.finished' ? { ...event, output: '' } : event;
  const text = event.type === 'turn.replied' ? `💬 ${agentWords(plainText(event.says).trim())}` : (describe(taskId, plain) ?? '');
  const [first = '', ...rest] = redact(plainText(text)).split('\n');
  return { sign: SIGN.exec(first)?.[1] ?? '·', line: oneLine(first.replace(SIGN, '')), more: rest.join('\n').trim() };
}

type Result = { word: string; tone: 'good' | 'bad' | 'busy' };

function resultOf({ opened, closed }: Row): Result | null {
  const event = (closed ?? opened).event;
  if (event.type === 'command.finished') {
    const took = `${(event.durationMs / 1_000).toFixed(1)} s`;
    if (event.timedOut) return { word: `stopped after ${took}`, tone: 'bad' };
    return event.exitCode === 0
      ? { word: `ok, ${took}`, tone: 'good' }
      : { word: `${event.exitCode === null ? 'ended' : `exit ${event.exitCode}`}, ${took}`, tone: 'bad' };
  }
  if (event.type === 'edit.made') return { word: event.created ? 'created' : 'edited', tone: 'good' };
  return event.type === 'command.intended' ? { word: 'running', tone: 'busy' } : null;
}

function outputOf({ opened, closed }: Row, redact: Redact): string {
  const event = (closed ?? opened).event;
  if (event.type === 'command.finished') return redact(agentLines(plainText(event.output))).trimEnd();
  return event.type === 'edit.made' ? redact(agentWords(plainText(event.words))).trim() : '';
}
