// A process as the tests see it: what it writes, how it ends, and what it is told.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Longer than a lease: what somebody had taken when Redis died under them is free again only when that has run out. */
export const PATIENCE_MS = 45_000;

export type Finished = { code: number | null; stdout: string; stderr: string };

export type Process = {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves once what the process wrote to either output matches. */
  saw(pattern: RegExp): Promise<void>;
  /** One more line on its standard input. */
  tell(line: string): void;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Finished>;
};

export function observe(child: ChildProcess): Process {
  let [stdout, stderr] = ['', ''];
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    look();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => done(new Error(`never saw ${pattern} in:\n${stdout}\n${stderr}`)), PATIENCE_MS);
        const done = (error?: Error) => {
          clearTimeout(late);
          watchers.delete(watcher);
          if (error === undefined) resolve();
          else reject(error);
        };
        const watcher = () => {
          if (pattern.test(stdout) || pattern.test(stderr)) done();
        };
        watchers.add(watcher);
        void ended.then(() => {
          watcher();
          done(new Error(`ended without ${pattern}:\n${stdout}\n${stderr}`));
        });
        watcher();
      }),
    tell: (line) => void child.stdin?.write(`${line}\n`),
    kill: (signal) => child.kill(signal),
    ended,
  };
}
