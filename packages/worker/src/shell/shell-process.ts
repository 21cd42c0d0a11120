// One bash in one terminal: started, ready, fed, and dead. It knows nothing of commands, only of what goes in and out.
import { deferred } from '@tars/core';
import type { Cgroup } from './cgroup.js';
import { detached, loopCommand, READY } from './command-loop.js';
import type { SpawnPty } from './pty.js';
import type { Sandbox } from './sandbox.js';

export type ShellProcess = {
  pid: number;
  /** Resolves with what the shell said last, once it is dead. */
  dead: Promise<string>;
  isAlive(): boolean;
  write(text: string): void;
  /** All output from now on goes to `listener`; to nobody with null. */
  listen(listener: ((data: string) => void) | null): void;
  /** It takes no request before it has said `mark`: `takesRequests` resolves with that, or with its death. */
  isBusyUntil(mark: string): void;
  takesRequests(): Promise<void>;
  /** Gives the terminal back; does not kill what ignores a hang-up. */
  release(): void;
};

export class ShellStartError extends Error {}

type Start = {
  spawn: SpawnPty;
  sandbox: Sandbox | null;
  cgroup?: Cgroup | null | undefined;
  /** Bytes; null for any size. */
  largestFile?: number | null | undefined;
  projectDir: string;
  tempDir: string;
  environment: Record<string, string>;
  /** What all that runs in the shell is known by, whatever it does to its environment. */
  stamp: number;
  onSpawn?: ((pid: number) => void) | undefined;
};

const READY_WITHIN_MS = 15_000;
const LAST_WORDS = 2_000;

export async function startShellProcess(options: Start): Promise<ShellProcess> {
  const { spawn, sandbox, cgroup = null, largestFile = null, projectDir, tempDir, environment, stamp, onSpawn } = options;
  const loop = loopCommand(tempDir, stamp, largestFile);
  const program = sandbox === null ? detached(loop) : await sandbox.wrap(loop);
  const { file, args } = cgroup === null ? program : cgroup.enter(program);
  const pty = spawn(file, args, { name: 'dumb', cols: 160, rows: 50, cwd: projectDir, env: environment });
  onSpawn?.(pty.pid);

  const ready = deferred<boolean>();
  const dead = deferred<string>();
  let alive = true;
  let said = '';
  let listener: ((data: string) => void) | null = (data) => {
    said = (said + data).slice(-LAST_WORDS);
    if (said.includes(READY)) ready.resolve(true);
  };
  let free = Promise.resolve();
  let awaited: { mark: string; seen: string; found: () => void } | null = null;
  pty.onData((data) => {
    listener?.(data);
    if (awaited === null) return;
    const seen = awaited.seen + data;
    awaited.seen = seen.slice(-awaited.mark.length);
    if (!seen.includes(awaited.mark)) return;
    awaited.found();
    awaited = null;
  });
  pty.onExit(() => {
    alive = false;
    ready.resolve(false);
    dead.resolve(said.trim());
  });
  const timer = setTimeout(() => ready.resolve(false), READY_WITHIN_MS);
  const isReady = await ready.promise;
  clearTimeout(timer);
  const release = () => {
    if (alive) pty.kill('SIGKILL');
  };
  if (!isReady) {
    release();
    throw new ShellStartError(said.trim().split('\n').at(-1) || 'the shell did not start');
  }
  listener = null;
  return {
    pid: pty.pid,
    dead: dead.promise,
    isAlive: () => alive,
    write: (text) => pty.write(text),
    listen(next) {
      listener = next;
    },
    isBusyUntil(mark) {
      const found = deferred<void>();
      awaited = { mark, seen: '', found: found.resolve };
      free = Promise.race([found.promise, dead.promise.then(() => {})]);
    },
    takesRequests: () => free,
    release,
  };
}
