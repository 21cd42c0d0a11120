// How a watched task stands, in one line: what it does, how far it is, what it has used of what it may.
import { costCap, costText, percentDone, type Task } from '@tars/core';
import type { Style } from './paint.js';
import { doing } from './show-task.js';
import type { Part } from './status-line.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const BAR_CELLS = 10;
/** Of a limit. */
const NEAR = 0.8;

/** `workedMs` as of `now`: what the task says of it is some seconds old. */
export function standing(task: Task, { now, workedMs }: { now: number; workedMs: number }): Part[] {
  const { id, turns, limits, costMicros } = task;
  const percent = percentDone(task);
  const style = styleOf(task);
  const used = (share: number): Style | null => (share >= 1 ? 'red' : share >= NEAR ? 'yellow' : 'dim');
  return [
    { text: `${isBusy(task) ? `${FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length]} ` : ''}#${id}`, style: 'bold' },
    { text: doing(task), style },
    ...(percent === null ? [] : [{ text: `${bar(percent)} ${percent}%`, style: 'green', goes: 2 } as const]),
    ...(task.startedAt === null
      ? []
      : [{ text: `${clock(workedMs)} of ${clock(limits.workMs)}`, style: used(workedMs / limits.workMs), goes: 1 }]),
    ...(turns === 0 ? [] : [{ text: `turn ${turns} of ${limits.turns}`, style: used(turns / limits.turns), goes: 4 }]),
    ...(costMicros === 0
      ? []
      : [{ text: costText(costMicros), style: costMicros === null ? 'yellow' : used(costMicros / costCap(task)), goes: 3 } as const]),
  ];
}

/** Its clock runs. */
export const isBusy = ({ state, worker, confirmation, question }: Task): boolean =>
  state === 'started' && worker !== null && confirmation === null && question === null;

function styleOf(task: Task): Style {
  if (task.confirmation !== null || task.question !== null) return ['bold', 'yellow'];
  return isBusy(task) ? 'cyan' : 'dim';
}

const bar = (percent: number): string => {
  const full = Math.round((percent / 100) * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
};

export const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};
