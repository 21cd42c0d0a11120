// Which events end a task.
import type { Event, EventType } from '@tars/core';

const ENDINGS: readonly EventType[] = ['task.finished', 'task.failed', 'task.timed_out', 'task.cancelled'];

export const isEnding = (event: Event): boolean => ENDINGS.includes(event.type);
