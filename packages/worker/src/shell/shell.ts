// The task's shell: one long-lived bash that takes one command at a time, and nothing of it left behind at the end.
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type Access, USUAL } from './access.js';
import { createBackground } from './background.js';
import { contains, OWN_FOLDERS } from './bubblewrap-arguments.js';
import { openCgroup } from './cgroup.js';
import { createCommandOutput } from './command-output.js';
import { type Begun, type Ending, runInShell } from './command-run.js';
import { shellEnvironment } from './environment.js';
import { openGrantedShell } from './granted-shell.js';
import { ownersCredentials } from './hidden-paths.js';
import { outputsIn } from './output-folder.js';
import { packageSettings } from './package-tools.js';
import { stampOf } from './process-stamp.js';
import { killCommand, killTree } from './process-tree.js';
import { loadPty } from './pty.js';
import { memoryExcess, type ResourceLimits, watchResources } from './resource-watch.js';
import { openSandbox, type Sandbox, type SandboxKind, SandboxRequiredError, type SandboxWish, usualKind } from './sandbox.js';
import { type ShellProcess, ShellStartError, startShellProcess } from './shell-process.js';
import type { StuckLimits } from './stuck.js';

export { SandboxRequiredError } from './sandbox.js';

export type ShellOptions = {
  taskId: string;
  /** When the task was accepted, in milliseconds since 1970. */
  since: number;
  /** Which attempt at the task: a later one's shell is not touched from here. */
  attempt: number;
  projectDir: string;
  /** Writable for commands, outside the project. */
  tempDir: string;
  /** Whole outputs are kept in files here. */
  stateDir: string;
  sandbox: SandboxWish;
  /** Which of the sandboxes, or none because the machine's did not pass its test; the machine's usual one when absent. */
  sandboxKind?: SandboxKind | 'none' | undefined;
  allowedDomains: readonly string[];
  /** Addresses that allowed domains may lead to although they are private. */
  privateAddresses?: readonly string[] | undefined;
  /** What its commands may use of the machine; unlimited when absent. */
  resources?: ResourceLimits | undefined;
  /** Paths commands must not read, beyond the owner's known credentials. */
  hidden?: readonly string[];
  /** What they may read although it lies within what is hidden. */
  readable?: readonly string[];
  /** Variables beyond the allow-list that the caller vouches for. */
  environment?: Readonly<Record<string, string>>;
  /** How long a command may seem stuck, and how much it may print; the usual when absent. */
  stuck?: StuckLimits;
  mostOutputBytes?: number;
  /** Told the root of every process tree the shell starts, its replacements included. */
  onSpawn?: (pid: number) => void;
};

export type CommandOptions = {
  timeoutSeconds: number;
  signal?: AbortSignal | undefined;
  onOutput?: ((chunk: string) => void) | undefined;
  /** Told right before the command starts. */
  beforeStart?: ((traces: CommandTraces) => void) | undefined;
};

/** Where the end of a command can be found when nobody lived to hear it. */
export type CommandTraces = Begun & { outputFile: string };

export type CommandResult = {
  /** Null when the command was stopped or its shell died: then nothing is known. Never an input to safety. */
  exitCode: number | null;
  signal?: NodeJS.Signals;
  timedOut: boolean;
  aborted: boolean;
  durationMs: number;
  /** Plain lines; beyond a megabyte only beginning and end. */
  output: string;
  outputBytes: number;
  /** The whole output. */
  outputFile: string;
  /** Where the next command starts. */
  cwd: string;
  /** Why it was stopped before its end; absent when it was not, or somebody else did it. */
  stopped?: Exclude<Ending, { kind: 'exited' | 'aborted' | 'shell died' }>;
  /** What runs on behind it and behind earlier commands, where that can be seen, as `number command line`. */
  background?: string[];
  /** The next command has a new shell, in the project folder; what ran in the background is gone. */
  shellReplaced?: boolean;
};

export type Shell = {
  sandbox: { kind: SandboxKind | 'none'; reason?: string };
  /** Where commands may write and which domains they reach; null where nothing confines them. */
  readonly confines: { writable: readonly string[]; allowedDomains: readonly string[] } | null;
  /** A sandbox was wanted and there is none: what it would have let be written, and kept from being read. */
  readonly unguarded: { writable: readonly string[]; hidden: readonly string[]; readable: readonly string[] } | null;
  readonly pid: number;
  /** One command at a time. Rejects only when no shell can be had, never for what a command does. */
  run(command: string, options: CommandOptions): Promise<CommandResult>;
  /** The same in a shell of its own that gets more; the next command is as confined as ever. */
  runWith(access: Access, command: string, options: CommandOptions): Promise<CommandResult>;
  cwd(): string;
  /** Kills everything of the task on this machine but this process; rejects when something survives. */
  close(): Promise<void>;
};

const CLOSE_GRACE_MS = 300;

export async function openShell(options: ShellOptions): Promise<Shell> {
  const { taskId, since, attempt, stateDir, allowedDomains, hidden = [] } = options;
  const projectDir = realpathSync(options.projectDir);
  const tempDir = realpathSync(options.tempDir);
  const spawn = await loadPty();
  const kind = options.sandboxKind ?? usualKind();
  const limits = options.resources ?? null;
  const cgroup = limits === null ? null : openCgroup(`${taskId}-${attempt}-${process.pid}`, limits);
  const walls = {
    projectDir,
    tempDir,
    stateDir,
    allowedDomains,
    privateAddresses: options.privateAddresses ?? [],
    hidden,
    readable: options.readable ?? [],
  };
  const start = (sandbox: Sandbox | null, more: Readonly<Record<string, string>> = {}): Promise<ShellProcess> => {
    const added = { ...(sandbox === null ? {} : packageSettings(tempDir)), ...options.environment, ...more };
    const environment = shellEnvironment(process.env, { taskId, since, attempt, tempDir, added });
    const stamp = stampOf({ taskId, since }, attempt);
    return startShellProcess({
      spawn,
      sandbox,
      cgroup,
      largestFile: limits?.diskBytes ?? null,
      projectDir,
      tempDir,
      environment,
      stamp,
      onSpawn: options.onSpawn,
    });
  };

  const { sandbox, reason, ...first } = await firstShell(options.sandbox, start, async () =>
    kind === 'none' ? { sandbox: null, reason: 'the sandbox did not pass its test' } : openSandbox(kind, walls),
  );
  let shell = first.shell;
  let cwd = projectDir;
  let isBusy = false;
  /** Counted up to the end of the last command. */
  let kills = cgroup?.memoryKills() ?? 0;
  let closing: Promise<void> | null = null;

  const background = createBackground(taskId, {
    root: () => (sandbox?.kind === 'bubblewrap' ? shell.pid : null),
    waiting: () => shell.next.commandId,
  });

  const killAll = (graceMs: number) => {
    shell.end();
    return killTree({ taskId, since, upTo: attempt, roots: [{ pid: shell.pid }] }, { graceMs });
  };

  const replace = async (): Promise<void> => {
    await killAll(0);
    shell.release();
    shell = await start(sandbox);
    cwd = projectDir;
  };

  const runOne = async (
    access: Access,
    command: string,
    { timeoutSeconds, signal, onOutput = () => {}, beforeStart = () => {} }: CommandOptions,
  ): Promise<CommandResult> => {
    let shellReplaced = !shell.isAlive();
    if (shellReplaced) await replace();

    const startedAt = performance.now();
    const granted =
      sandbox === null || access.kind === 'usual'
        ? null
        : await openGrantedShell(access, { open: (opening) => openSandbox('bubblewrap', walls, opening), start });
    const used = granted?.shell ?? shell;
    const { commandId } = used.next;
    const outputFile = join(outputsIn(stateDir), `${commandId}.txt`);
    const output = createCommandOutput(outputFile, onOutput, options.mostOutputBytes);
    if (!existsSync(cwd) && !isOfTheWall(cwd, sandbox)) {
      output.push(`[${cwd} is gone: this ran in ${projectDir}]\n`);
      cwd = projectDir;
    }
    let excess: string | null = null;
    const watch =
      limits === null
        ? null
        : watchResources({ taskId, since, rootPid: used.pid, folders: [projectDir, tempDir], cgroup, limits }, (what) => {
            excess = what;
            // The end of a wall is the end of all behind it, however many they are.
            used.release();
          });
    background.before();
    const { ending, ...after } = await runInShell(used, output, {
      command,
      cwd,
      tempDir,
      timeoutSeconds,
      signal,
      stuck: options.stuck,
      beforeStart: (begun) => beforeStart({ ...begun, outputFile }),
    });
    watch?.stop();
    const killsNow = cgroup?.memoryKills() ?? 0;
    if (limits !== null && killsNow > kills) excess ??= memoryExcess(limits);
    kills = killsNow;
    const running = ending.kind === 'exited' ? await background.after(commandId) : [];
    if (excess !== null) output.push(`\n[stopped: ${excess}]\n`);
    const { text, bytes } = output.end();
    const durationMs = performance.now() - startedAt;
    cwd = after.cwd ?? cwd;
    if (granted !== null) {
      await killCommand(commandId, { graceMs: 0 });
      await granted.close();
    } else if (!after.isShellUsable && closing === null) {
      await replace();
      shellReplaced = true;
    }
    return {
      ...(ending.kind === 'exited' ? { exitCode: ending.exitCode } : { exitCode: null, signal: 'SIGKILL' }),
      timedOut: ending.kind === 'timed out',
      aborted: ending.kind === 'aborted',
      durationMs,
      output: text,
      outputBytes: bytes,
      outputFile,
      cwd,
      ...('exitCode' in ending || ending.kind === 'aborted' || ending.kind === 'shell died' ? {} : { stopped: ending }),
      ...(running.length > 0 && granted === null && !shellReplaced ? { background: running } : {}),
      ...(shellReplaced ? { shellReplaced } : {}),
    };
  };

  const oneAtATime = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isBusy || closing !== null) throw new Error('The shell takes one command at a time, and none after its close.');
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };

  return {
    sandbox: sandbox === null ? { kind: 'none', reason } : { kind: sandbox.kind },
    confines: sandbox === null ? null : { writable: [projectDir, tempDir], allowedDomains },
    unguarded:
      sandbox === null && options.sandbox !== 'off'
        ? {
            writable: [projectDir, tempDir],
            hidden: [...ownersCredentials(), ...hidden],
            readable: [outputsIn(stateDir), ...(options.readable ?? [])],
          }
        : null,
    get pid() {
      return shell.pid;
    },
    run: (command, commandOptions) => oneAtATime(() => runOne(USUAL, command, commandOptions)),
    runWith: (access, command, commandOptions) => oneAtATime(() => runOne(access, command, commandOptions)),
    cwd: () => cwd,
    close() {
      closing ??= (async () => {
        // The wall's own processes have nothing to put in order.
        const { survivors } = await killAll(!isBusy && background.isQuiet() ? 0 : CLOSE_GRACE_MS);
        shell.release();
        await sandbox?.close();
        cgroup?.close();
        if (survivors.length > 0)
          throw new Error(`Still alive after SIGKILL: ${survivors.map(({ pid, command }) => `${pid} ${command}`).join(', ')}`);
      })();
      return closing;
    },
  };
}

async function firstShell(
  wish: ShellOptions['sandbox'],
  start: (sandbox: Sandbox | null) => Promise<ShellProcess>,
  open: () => ReturnType<typeof openSandbox>,
): Promise<{ shell: ShellProcess; sandbox: Sandbox | null; reason: string }> {
  if (wish === 'off') return { shell: await start(null), sandbox: null, reason: 'SANDBOX=off' };
  const opened = await open();
  let reason = '';
  if (opened.sandbox === null) reason = opened.reason;
  else {
    try {
      return { shell: await start(opened.sandbox), sandbox: opened.sandbox, reason };
    } catch (error) {
      await opened.sandbox.close();
      if (!(error instanceof ShellStartError)) throw error;
      reason = error.message;
    }
  }
  if (wish === 'required') throw new SandboxRequiredError(reason);
  return { shell: await start(null), sandbox: null, reason };
}

/** A temporary folder that only the commands see. */
const isOfTheWall = (folder: string, sandbox: Sandbox | null): boolean =>
  sandbox?.kind === 'bubblewrap' && OWN_FOLDERS.some((own) => contains(own, folder));
