// The tasks that a shell may offer, newest first: the id, and what somebody would know it by.
import type { Task } from '@tars/core';
import { doing, shortened } from '../show-task.js';
import { printable } from '../terminal.js';

const GOAL_CHARS = 50;

export const taskLines = (tasks: readonly Task[]): string =>
  tasks.map((task) => `${task.id}\t${doing(task)}, ${printable(shortened(task.goal, GOAL_CHARS))}\n`).join('');
