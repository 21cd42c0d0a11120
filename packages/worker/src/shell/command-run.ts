// One command through a living shell: asked, listened to, and stopped with all it started when its time is over.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deferred } from '@tars/core';
import { exitFileOf, folderFileOf, requestText } from './command-loop.js';
import type { CommandOutput } from './command-output.js';
import { killCommand } from './process-tree.js';
import { createSentinelReader } from './sentinel-reader.js';
import type { ShellProcess } from './shell-process.js';
import { type Stuck, type StuckLimits, watchForStuck } from './stuck.js';

export type Wish = {
  command: string;
  cwd: string;
  tempDir: string;
  timeoutSeconds: number;
  signal: AbortSignal | undefined;
  beforeStart: (begun: Begun) => void;
  stuck?: StuckLimits | undefined;
};

/** Once the command is over `exitFile` holds its exit code and `cwdFile` where it leaves the shell, even if nobody is left to be told. */
export type Begun = { exitFile: string; cwdFile: string; startedAt: number };

export type Ending =
  | { kind: 'exited'; exitCode: number }
  /** It would have gone on printing, waiting for input or being silent for ever. */
  | Stuck
  | { kind: 'timed out' | 'printed too much' | 'aborted' | 'shell died' };

export type Run = {
  ending: Ending;
  /** Null when the command did not live to say it. */
  cwd: string | null;
  /** False when the shell must not be given another command. */
  isShellUsable: boolean;
};

const TERM_GRACE_MS = 500;
/** How long after its command's death a shell may take to say so. */
const END_WITHIN_MS = 2_000;

export async function runInShell(shell: ShellProcess, output: CommandOutput, wish: Wish): Promise<Run> {
  const { command, cwd, tempDir, timeoutSeconds, signal, beforeStart, stuck } = wish;
  if (signal?.aborted) return { ending: { kind: 'aborted' }, cwd: null, isShellUsable: true };
  await Promise.race([shell.takesRequests(), delay(END_WITHIN_MS, undefined, { ref: false })]);
  const { nonce, commandId } = shell.next;
  const cwdFile = join(tempDir, folderFileOf(commandId));
  const reader = createSentinelReader(nonce);
  const exited = deferred<Ending>();
  const stopped = deferred<Ending>();
  const died = shell.dead.then((): Ending => ({ kind: 'shell died' }));

  shell.listen((data) => {
    const { output: text, exitCode } = reader.push(data);
    output.push(text);
    if (output.isOverfull()) stopped.resolve({ kind: 'printed too much' });
    if (exitCode !== null) exited.resolve({ kind: 'exited', exitCode });
  });
  const timer = setTimeout(() => stopped.resolve({ kind: 'timed out' }), timeoutSeconds * 1_000);
  const unwatch = watchForStuck(commandId, output, stopped.resolve, stuck);
  const abort = (): void => stopped.resolve({ kind: 'aborted' });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    beforeStart({ exitFile: join(tempDir, exitFileOf(nonce)), cwdFile, startedAt: Date.now() });
    shell.request(requestText({ command, cwd, cwdFile }));
    const ending = await Promise.race([exited.promise, stopped.promise, died]);
    // Without that file its bash died before it had the script, which the loop then took for something else.
    if (ending.kind === 'exited') return { ending, isShellUsable: existsSync(cwdFile), cwd: takeFolder(cwdFile) };
    const { survivors } = await killCommand(commandId, { graceMs: ending.kind === 'shell died' ? 0 : TERM_GRACE_MS });
    const after = await Promise.race([exited.promise, died, delay(END_WITHIN_MS, null, { ref: false })]);
    output.push(reader.rest());
    return { ending, cwd: takeFolder(cwdFile), isShellUsable: after?.kind === 'exited' && survivors.length === 0 };
  } finally {
    clearTimeout(timer);
    unwatch();
    signal?.removeEventListener('abort', abort);
    shell.listen(null);
  }
}

/** Written by the command's own bash as it ends; only ever a place to start the next one in. */
function takeFolder(file: string): string | null {
  try {
    const folder = readFileSync(file, 'utf8').replace(/\n$/, '');
    rmSync(file);
    return folder === '' ? null : folder;
  } catch {
    return null;
  }
}
