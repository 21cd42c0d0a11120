// The command under way, on disk and out of its reach: what it came to is known even when nobody lived to store it.
import { fstatSync, ftruncateSync, lstatSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Purpose } from '@tars/core';
import * as v from 'valibot';
import type { CommandResult, CommandTraces } from '../shell/shell.js';

type Begun = { callId: string; purpose: Purpose };
export type Recalled = { purpose: Purpose; result: CommandResult };

export type CommandJournal = {
  began(command: Begun, traces: CommandTraces): void;
  ended(command: Begun, result: CommandResult): void;
  /** How the command of this call ended in an earlier attempt; null when that attempt may have ended in the middle of it. */
  recall(callId: string): Promise<Recalled | null>;
};

const Traces = v.object({ cwdFile: v.string(), exitFile: v.string(), outputFile: v.string(), startedAt: v.number() });
const Result = v.looseObject({
  exitCode: v.nullable(v.number()),
  timedOut: v.boolean(),
  aborted: v.boolean(),
  durationMs: v.number(),
  output: v.string(),
  outputBytes: v.number(),
  outputFile: v.string(),
  cwd: v.string(),
});
const Entry = v.object({ callId: v.string(), purpose: Purpose, traces: Traces, result: v.nullable(Result) });

/** Of an output that was still being written when its reader died. */
const RECALLED_BYTES = 1024 * 1024;
const SMALL_BYTES = 5_000;
/** As a shell tells of SIGHUP, SIGKILL and SIGTERM: whoever ended it may have been us, and then it was not over. */
const KILLED: ReadonlySet<number> = new Set([1, 9, 15].map((signal) => 128 + signal));
const MAYBE_CUT = '[TARS was interrupted just then: the last lines may be missing here]\n';

/** Nobody needs what lies before the last command. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Commands run one after the other: whatever the end of the file tells is of the last. Only ever added to, for a file that takes another's place waits for the disk. */
export function openCommandJournal(file: string): CommandJournal {
  let traces: CommandTraces | null = null;
  let fd: number | null = null;
  const write = (entry: object): void => {
    fd ??= openSync(file, 'a', 0o600);
    if (fstatSync(fd).size > MOST_BYTES) ftruncateSync(fd);
    // What was under way when an earlier attempt died may be half a line.
    writeSync(fd, `\n${JSON.stringify(entry)}`);
  };
  return {
    began(command, begun) {
      traces = begun;
      write({ ...command, traces, result: null });
    },
    ended(command, result) {
      // One that we stopped ourselves, or whose shell was killed, is interrupted and not over.
      const isOver = result.exitCode !== null || result.timedOut;
      if (isOver) write({ ...command, traces, result });
      if (traces !== null) rmSync(traces.exitFile, { force: true });
    },
    async recall(callId) {
      const entry = lastIn(file);
      if (entry?.callId !== callId) return null;
      const { purpose } = entry;
      if (entry.result !== null) return { purpose, result: entry.result };
      const exitCode = exitCodeIn(entry.traces);
      return exitCode === null ? null : { purpose, result: await pieced(entry.traces, exitCode) };
    },
  };
}

function lastIn(file: string): v.InferOutput<typeof Entry> | null {
  try {
    for (const line of readFileSync(file, 'utf8').split('\n').reverse()) {
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Entry), line);
      if (parsed.success) return parsed.output;
    }
  } catch {
    // There is none yet.
  }
  return null;
}

/**
 * Written by the shell's loop where commands can write too, but under a name that no command knows before its own end.
 * What comes later could at most change the exit code of a command that is over, and nothing is decided by one.
 */
function exitCodeIn({ exitFile }: CommandTraces): number | null {
  const code = smallFile(exitFile);
  return code !== null && /^\d+$/.test(code) && !KILLED.has(Number(code)) ? Number(code) : null;
}

/** Null for what is no plain file: nobody waits here for a pipe that a command laid. */
function smallFile(path: string): string | null {
  try {
    const file = lstatSync(path);
    return file.isFile() && file.size < SMALL_BYTES ? readFileSync(path, 'utf8').trim() : null;
  } catch {
    return null;
  }
}

/** The result as its reader would have given it, from what is left on disk. */
async function pieced({ exitFile, cwdFile, outputFile, startedAt }: CommandTraces, exitCode: number): Promise<CommandResult> {
  const { text, bytes } = await endOf(outputFile);
  return {
    exitCode,
    timedOut: false,
    aborted: false,
    durationMs: Math.max(0, statSync(exitFile).mtimeMs - startedAt),
    output: text + MAYBE_CUT,
    outputBytes: bytes,
    outputFile,
    cwd: smallFile(cwdFile) ?? '',
  };
}

async function endOf(file: string): Promise<{ text: string; bytes: number }> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const length = Math.min(size, RECALLED_BYTES);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return { text: buffer.toString('utf8', 0, bytesRead), bytes: size };
    } finally {
      await handle.close();
    }
  } catch {
    return { text: '', bytes: 0 };
  }
}
