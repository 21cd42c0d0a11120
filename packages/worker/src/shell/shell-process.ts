// One bash in one terminal: started, ready, fed, and dead. It knows nothing of commands, only of what goes in and out.
import { deferred } from '@tars/core';
import type { Cgroup } from './cgroup.js';
import { detached, loopCommand, type Names, READY } from './command-loop.js';
import { createLoopTalk } from './loop-talk.js';
import type { SpawnPty } from './pty.js';
import type { Sandbox } from './sandbox.js';

export type ShellProcess = {
  pid: number;
  /** Resolves with what the shell said last, once it is dead. */
  dead: Promise<string>;
  isAlive(): boolean;
  /** What the next request will be known by: its bash is there already and waits for it. */
  readonly next: Names;
  /** Makes it; `takesRequests` says when there can be another. */
  request(text: string): void;
  /** All output from now on goes to `listener`; to nobody with null. */
  listen(listener: ((data: string) => void) | null): void;
  /** Resolves when the loop is done with the request before, or dead. */
  takesRequests(): Promise<void>;
  /** Nothing more is said to it: it is about to be killed. */
  end(): void;
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
  const command = loopCommand(tempDir, stamp, largestFile);
  const program = sandbox === null ? detached(command) : await sandbox.wrap(command);
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
  const loop = createLoopTalk((text) => pty.write(text), dead.promise);
  pty.onData((data) => {
    listener?.(data);
    loop.heard(data);
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
  loop.begin();
  return {
    pid: pty.pid,
    dead: dead.promise,
    isAlive: () => alive && !loop.isSpoiled(),
    get next() {
      return loop.next();
    },
    request: loop.request,
    listen(next) {
      listener = next;
    },
    takesRequests: loop.takesRequests,
    end: loop.end,
    release,
  };
}
