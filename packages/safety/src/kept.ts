// Scripts kept in files, judged apart: what they surely do counts, and what nobody can read of them is said in the reason.
import { deeper, report, type Shell } from './shell.js';

/** Longer scripts are judged by their beginning. */
const MAX_STEPS = 4_000;

/** Names a script that could not be judged, or not whole; the answer may then still be safe, but says so. */
export function noteUnread(shell: Shell, part: string): void {
  shell.inquiry.unread ??= part;
}

/** Judges a script by `work`. `sourced` scripts run in this very shell, the others in one of their own. */
export function judgeKept(shell: Shell, part: string, sourced: boolean, work: (inner: Shell) => void): void {
  const granted = Math.min(MAX_STEPS, shell.inquiry.steps);
  const inquiry = { ...shell.inquiry, destructive: null, unreadable: null, unread: null, steps: granted };
  const own = sourced
    ? {}
    : { variables: new Map(shell.variables), functions: new Map(shell.functions), aliases: new Map(shell.aliases), scope: null };
  const inner = { ...deeper(shell), ...own, inquiry };
  const known = new Set(inner.functions.values());
  work(inner);
  // Functions a file brings along are no intention of whoever runs it.
  for (const brought of inner.functions.values()) if (!known.has(brought)) brought.called = true;
  if (sourced) shell.folders = inner.folders;
  shell.inquiry.steps -= granted - Math.max(0, inquiry.steps);
  if (inquiry.destructive) report(shell, inquiry.destructive);
  if (inquiry.unreadable || inquiry.unread !== null) noteUnread(shell, part);
}

/** Installed tools are judged by their name, not by their source. */
export const isInstalled = (path: string): boolean =>
  /(^|\/)(node_modules|\.?venv|site-packages)\/|^\/(usr|bin|sbin|opt|nix|snap)\//.test(path);

/** The interpreter a script asks for in its first line; empty when it asks for none. */
export const shebangOf = (text: string): string => /^#!\s*(?:\S*\/env\s+(?:-\S+\s+)*)?(?:\S*\/)?([\w.+-]+)/.exec(text)?.[1] ?? '';

/** Whether the file holds text at all. */
export const isText = (text: string): boolean => !text.slice(0, 1_024).includes('\0');
