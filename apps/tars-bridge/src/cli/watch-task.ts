// Shows a task's feed as it happens, asks for codes and answers where a person sits at the terminal, and ends with the task.
import { costText, isSettled, type LoggedEvent, type Task, viewEvent, viewTask } from '@tars/core';
import { type Control, followTask, isConnectionLoss } from '@tars/core/redis';
import { ANSWER_PROMPT, askAnswer } from './ask-answer.js';
import { askCode, CODE_PROMPT } from './ask-code.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.js';
import { feedLines } from './feed-lines.js';
import { type Paint, painter } from './paint.js';
import { clock, isBusy, standing } from './standing.js';
import { CLEAR, createStatusLine, type StatusLine } from './status-line.js';
import { json, note, out, type Terminal } from './terminal.js';

type Watched = Pick<Control, 'store' | 'news' | 'confirmations' | 'redact'>;

const READ_MS = 1_000;
const REDRAW_MS = 120;

/** The outcome's exit code; `interrupted` when the person left before the task ended. */
export async function watchTask(control: Watched, id: string, terminal: Terminal, { asJson }: { asJson: boolean }): Promise<ExitCode> {
  const canAsk = terminal.stdin.isTTY === true && !asJson;
  const paint = painter(terminal);
  const line = createStatusLine(terminal);
  const status = asJson || !line.canRedraw ? null : keepCurrent(line, control, id);
  let asking = new AbortController();
  /** What stands on the last line while a person is asked. */
  let prompt = '';
  const ask = (words: string, question: (lapse: AbortSignal) => Promise<void>): void => {
    asking = new AbortController();
    line.hold();
    prompt = words;
    // Not awaited: the feed goes on meanwhile, and an answer by another channel ends the question.
    void question(asking.signal).finally(() => {
      prompt = '';
      line.release();
    });
  };
  try {
    for await (const logged of followTask(control, { id, signal: terminal.signal })) {
      const { event } = logged;
      if (prompt !== '' && line.canRedraw) terminal.stdout.write(CLEAR);
      line.above(() => show(terminal, logged, { asJson, paint: line.canRedraw ? paint : null }));
      if (prompt !== '' && line.canRedraw) terminal.stderr.write(prompt);
      status?.redraw();
      switch (event.type) {
        case 'confirmation.requested': {
          const { confirmation: request } = event;
          if (canAsk) ask(CODE_PROMPT, (lapse) => askCode(control, terminal, { taskId: id, request, lapse }));
          else if (!asJson) note(terminal, `Answer with: tars confirm ${id} (or: tars deny ${id} --because "…")`);
          break;
        }
        case 'question.asked': {
          const { question } = event;
          if (canAsk) ask(ANSWER_PROMPT, (lapse) => askAnswer(control, terminal, { taskId: id, question, lapse }));
          else if (!asJson) note(terminal, `Answer with: tars answer ${id} "…"`);
          break;
        }
        case 'confirmation.answered':
        case 'question.answered':
          asking.abort();
          break;
      }
    }
  } finally {
    asking.abort();
    status?.end();
  }
  if (terminal.signal.aborted) return EXIT.interrupted;
  const task = await control.store.read(id);
  if (task === null) return EXIT.failed;
  if (asJson) json(terminal, viewTask(task));
  else if (line.canRedraw) terminal.stdout.write(`${paint('dim', sums(task))}\n`);
  return exitCodeOf(task, canAsk);
}

/** Draws how the task stands, many times a second, from what is read every second and whenever something happens; `end` leaves a clean line. */
function keepCurrent(line: StatusLine, { store }: Watched, id: string): { redraw(): void; end(): void } {
  let task: Task | null = null;
  /** What of its work time is known, and since when. */
  let worked = { ms: 0, at: 0 };
  let isReading = false;
  let hasEnded = false;
  const draw = (): void => {
    if (task === null || hasEnded || isSettled(task.state)) return;
    const now = Date.now();
    const since = isBusy(task) ? now - worked.at : 0;
    line.show(standing(task, { now, workedMs: Math.min(task.limits.workMs, worked.ms + since) }));
  };
  const read = async (): Promise<void> => {
    // Of many events at once not each needs a look of its own: the next second has one.
    if (isReading) return;
    isReading = true;
    try {
      const wasBusy = task !== null && isBusy(task);
      task = await store.read(id);
      const now = Date.now();
      // What the record says is some seconds old while the task works.
      if (task !== null && (task.workedMs > worked.ms || !wasBusy)) worked = { ms: task.workedMs, at: now };
      draw();
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    } finally {
      isReading = false;
    }
  };
  const timers = [setInterval(() => void read(), READ_MS), setInterval(draw, REDRAW_MS)];
  void read();
  return {
    redraw: () => void read(),
    end() {
      hasEnded = true;
      timers.forEach(clearInterval);
      line.hold();
    },
  };
}

function show(terminal: Terminal, logged: LoggedEvent, { asJson, paint }: { asJson: boolean; paint: Paint | null }): void {
  const event = viewEvent(logged);
  if (asJson) json(terminal, event);
  else if (event.message === null) return;
  else if (paint === null) out(terminal, event.message);
  else terminal.stdout.write(`${feedLines(logged.event, event.message, paint)}\n`);
}

/** What an ended task has used and left behind. */
function sums({ turns, workedMs, costMicros, filesChanged, branch }: Task): string {
  return [
    `${turns} turns`,
    clock(workedMs),
    costText(costMicros),
    ...(filesChanged.length === 0 ? [] : [`${filesChanged.length} ${filesChanged.length === 1 ? 'file' : 'files'} changed`]),
    ...(branch === null ? [] : [`branch ${branch}`]),
  ].join(' · ');
}
