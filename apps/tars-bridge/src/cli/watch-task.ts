// Shows a task's feed as it happens, asks for codes where a person sits at the terminal, and ends with the task.
import { isSettled, type LoggedEvent, viewEvent, viewTask } from '@tars/core';
import { type Control, followTask, isConnectionLoss } from '@tars/core/redis';
import { askCode } from './ask-code.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.js';
import { standing } from './show-task.js';
import { createStatusLine, type StatusLine } from './status-line.js';
import { json, out, type Terminal } from './terminal.js';

type Watched = Pick<Control, 'store' | 'news' | 'confirmations'>;

const REDRAW_MS = 1_000;

/** The outcome's exit code; `interrupted` when the person left before the task ended. */
export async function watchTask(control: Watched, id: string, terminal: Terminal, { asJson }: { asJson: boolean }): Promise<ExitCode> {
  const canAsk = terminal.stdin.isTTY === true && !asJson;
  const line = createStatusLine(terminal);
  const status = asJson || !line.canRedraw ? null : keepCurrent(line, control, id);
  let asking = new AbortController();
  try {
    for await (const logged of followTask(control, { id, signal: terminal.signal })) {
      const { event } = logged;
      line.above(() => show(terminal, logged, asJson));
      status?.redraw();
      if (event.type === 'confirmation.requested' && canAsk) {
        asking = new AbortController();
        line.hold();
        // Not awaited: the feed goes on meanwhile, and an answer by another channel ends the question.
        void askCode(control, terminal, { taskId: id, request: event.confirmation, lapse: asking.signal }).finally(line.release);
      }
      if (event.type === 'confirmation.answered') asking.abort();
    }
  } finally {
    asking.abort();
    status?.end();
  }
  if (terminal.signal.aborted) return EXIT.interrupted;
  const task = await control.store.read(id);
  if (task === null) return EXIT.failed;
  if (asJson) json(terminal, viewTask(task));
  return exitCodeOf(task, canAsk);
}

/** Draws how the task stands every second, and when told that something happened; `end` leaves a clean line. */
function keepCurrent(line: StatusLine, { store }: Watched, id: string): { redraw(): void; end(): void } {
  let isReading = false;
  let hasEnded = false;
  const read = async (): Promise<void> => {
    // Of many events at once not each needs a look of its own: the next second has one.
    if (isReading) return;
    isReading = true;
    try {
      const task = await store.read(id);
      if (task !== null && !isSettled(task.state) && !hasEnded) line.show(standing(task, Date.now()));
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    } finally {
      isReading = false;
    }
  };
  const timer = setInterval(() => void read(), REDRAW_MS);
  return {
    redraw: () => void read(),
    end() {
      hasEnded = true;
      clearInterval(timer);
      line.hold();
    },
  };
}

function show(terminal: Terminal, logged: LoggedEvent, asJson: boolean): void {
  const event = viewEvent(logged);
  if (asJson) json(terminal, event);
  else if (event.message !== null) out(terminal, event.message);
}
