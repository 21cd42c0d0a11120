// A task's events as a page tells them: one row an action, intent and result together, and the phases as stretches of time.
import { describe, type LoggedEvent, type Phase } from '@tars/core';

export type Row = {
  /** The same for an intent and its result, so that the second replaces the first. */
  id: string;
  opened: LoggedEvent;
  /** What came of it; null while it runs, and for what is told in one event. */
  closed: LoggedEvent | null;
};

export type Stretch = { phase: Phase | 'queued'; from: number /** Null: it lasts. */; to: number | null };

export type Story = { seq: number; rows: readonly Row[]; phases: readonly Stretch[] };

export const NO_STORY: Story = { seq: 0, rows: [], phases: [] };

const OPENS = new Set(['command.intended', 'edit.intended']);
const CLOSES: Readonly<Record<string, string>> = { 'command.finished': 'command.intended', 'edit.made': 'edit.intended' };
const ENDS = new Set(['task.finished', 'task.failed', 'task.timed_out', 'task.cancelled']);
/** A result follows its intent closely: calls that change something run one after the other. */
const LOOK_BACK = 200;

/** The story with these events, which follow on it, and at most `keep` of its newest rows. */
export function tell(story: Story, events: readonly LoggedEvent[], keep: number): Story {
  if (events.length === 0) return story;
  const rows = [...story.rows];
  const phases = [...story.phases];
  for (const logged of events) {
    addRow(rows, logged);
    addStretch(phases, logged);
  }
  return { seq: events.at(-1)?.seq ?? story.seq, rows: rows.slice(-keep), phases };
}

/** The newest sequence a row tells. */
export const lastSeq = ({ opened, closed }: Row): number => (closed ?? opened).seq;

/** What the agent said along with its calls, where it said something. */
export const saysSomething = ({ event }: LoggedEvent): boolean => event.type === 'turn.replied' && event.says.trim() !== '';

function addRow(rows: Row[], logged: LoggedEvent): void {
  const { event, seq, taskId } = logged;
  const opener = CLOSES[event.type];
  if (opener !== undefined && 'callId' in event) {
    const id = `call-${event.callId}`;
    const place = rows.findLastIndex((row, index) => index >= rows.length - LOOK_BACK && row.id === id && row.closed === null);
    const row = rows[place];
    if (row !== undefined && row.opened.event.type === opener) {
      rows[place] = { ...row, closed: logged };
      return;
    }
  }
  if (describe(taskId, event) === null && !saysSomething(logged)) return;
  rows.push({ id: OPENS.has(event.type) && 'callId' in event ? `call-${event.callId}` : `event-${seq}`, opened: logged, closed: null });
}

function addStretch(phases: Stretch[], { event }: LoggedEvent): void {
  const enter = (phase: Stretch['phase'] | null) => {
    const last = phases.at(-1);
    if (last !== undefined && last.to === null) phases[phases.length - 1] = { ...last, to: event.at };
    if (phase !== null) phases.push({ phase, from: event.at, to: null });
  };
  if (event.type === 'task.queued' || event.type === 'task.resumed' || event.type === 'task.retried') enter('queued');
  else if (event.type === 'task.claimed') enter(null);
  else if (event.type === 'phase.entered') enter(event.phase);
  else if (event.type === 'task.paused' || ENDS.has(event.type)) enter(null);
}
