// A task as a Redis hash: one field a property, under the names the outside knows, and back.
import * as v from 'valibot';
import { Task } from '../task.js';

/** The names the outside sees where they differ from plain snake case. */
const OUTER: Readonly<Record<string, string>> = { id: 'task_id', state: 'status' };
const field = (property: string): string => OUTER[property] ?? property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const PROPERTIES = Object.keys(Task.entries) as (keyof Task)[];
const isText = (property: keyof Task): boolean => TEXTS.has(property);
const TEXTS: ReadonlySet<keyof Task> = new Set(['id', 'goal', 'project', 'sessionId', 'owner', 'pool', 'state', 'phase', 'progress']);

/**
 * Field–value pairs for HSET: all of a new task, else those in which it differs from what it was `before`.
 * `awaiting_confirmation` and `confirmation_command` are derived, for readers of the hash alone.
 */
export function toHash(task: Task, before: Task | null = null): string[] {
  const pairs = PROPERTIES.flatMap((property) => {
    const value = task[property];
    if (before !== null && Object.is(before[property], value)) return [];
    return [field(property), isText(property) ? String(value) : JSON.stringify(value)];
  });
  if (before !== null && before.confirmation === task.confirmation) return pairs;
  return [...pairs, 'awaiting_confirmation', String(task.confirmation !== null), 'confirmation_command', task.confirmation?.command ?? ''];
}

/** The task in a hash; throws when it is none. */
export function fromHash(hash: Readonly<Record<string, string>>): Task {
  const raw = PROPERTIES.map((property) => {
    const text = hash[field(property)];
    return [property, text === undefined || isText(property) ? text : JSON.parse(text)];
  });
  return v.parse(Task, Object.fromEntries(raw));
}
