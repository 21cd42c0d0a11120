// One exercise: a goal, a project, hidden tests that the task never sees, and the steps a careful model takes with our tools.
import type { TurnInput } from '@tars/testkit';

export type Exercise = {
  /** Unlike all others: the goal tells the conversations apart. */
  goal: string;
  files: Readonly<Record<string, string>>;
  /** A test file of Node's; the project's folder is in PROJECT. */
  hidden: string;
  /** Each insists on what the tools answered. */
  turns: TurnInput[];
  /** Names for placeholders, found in what the tools answered. */
  captures?: Readonly<Record<string, string>>;
};

type Call = { name: string; input: Record<string, unknown> };

export const read = (path: string, more: { offset?: number; limit?: number } = {}): Call => ({
  name: 'read_file',
  input: { path, ...more },
});
export const find = (pattern: string, more: { path?: string; glob?: string } = {}): Call => ({
  name: 'search',
  input: { pattern, ...more },
});
export const write = (path: string, content: string): Call => ({ name: 'write_file', input: { path, content } });
export const edit = (path: string, ...edits: [old_text: string, new_text: string][]): Call => ({
  name: 'edit_file',
  input: { path, edits: edits.map(([old_text, new_text]) => ({ old_text, new_text })) },
});
export const run = (command: string, reason: string): Call => ({ name: 'bash', input: { command, reason } });
export const test = (reason: string): Call => run('node --test', reason);
export const done = (summary: string): Call => ({ name: 'finish', input: { summary } });

export const GREEN = { tool: 'bash', is_error: false, tool_result: '^# fail 0$|ℹ fail 0' } as const;
export const RED = { tool: 'bash', is_error: true, tool_result: '# fail [1-9]|ℹ fail [1-9]' } as const;
export const EDITED = { tool: 'edit_file', is_error: false, tool_result: '^Changed ' } as const;

export const MODULES = JSON.stringify({ private: true, type: 'module' });

/** The head of every hidden test: `load` imports a file of the project. */
export const HIDDEN = `import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
const project = process.env.PROJECT;
const load = (path) => import(pathToFileURL(join(project, path)).href);
`;
