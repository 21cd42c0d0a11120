// The task's shell: one long-lived bash that takes one command at a time, and nothing of it left behind at the end.
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createCommandOutput } from './command-output.js';
import { type Begun, runInShell } from './command-run.js';
import { shellEnvironment } from './environment.js';
import { cachesIn } from './package-tools.js';
import { stampOf } from './process-stamp.js';
import { killTree } from './process-tree.js';
import { loadPty } from './pty.js';
import { openSandbox, outputsIn, type Sandbox, SandboxRequiredError } from './sandbox.js';
import { type ShellProcess, ShellStartError, startShellProcess } from './shell-process.js';

export { SandboxRequiredError } from './sandbox.js';

export type ShellOptions = {
  taskId: string;
  /** Which attempt at the task: a later one's shell is not touched from here. */
  attempt: number;
  projectDir: string;
  /** Writable for commands, outside the project. */
  tempDir: string;
  /** Whole outputs are kept in files here. */
  stateDir: string;
  sandbox: 'auto' | 'required' | 'off';
  allowedDomains: readonly string[];
  /** Paths commands must not read, beyond the owner's known credentials. */
  hidden?: readonly string[];
  /** Variables beyond the allow-list that the caller vouches for. */
  environment?: Readonly<Record<string, string>>;
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
  /** The next command has a new shell, in the project folder; what ran in the background is gone. */
  shellReplaced?: boolean;
};

export type Shell = {
  sandbox: { kind: 'sandbox-runtime' | 'none'; reason?: string };
  readonly pid: number;
  /** One command at a time. Rejects only when no shell can be had, never for what a command does. */
  run(command: string, options: CommandOptions): Promise<CommandResult>;
  cwd(): string;
  /** Kills everything of the task on this machine but this process; rejects when something survives. */
  close(): Promise<void>;
};

const CLOSE_GRACE_MS = 300;

export async function openShell(options: ShellOptions): Promise<Shell> {
  const { taskId, attempt, stateDir, allowedDomains, hidden = [] } = options;
  const projectDir = realpathSync(options.projectDir);
  const tempDir = realpathSync(options.tempDir);
  const spawn = await loadPty();
  const start = (sandbox: Sandbox | null): Promise<ShellProcess> => {
    const added = { ...(sandbox === null ? {} : cachesIn(tempDir)), ...options.environment };
    const environment = shellEnvironment(process.env, { taskId, attempt, tempDir, added });
    const stamp = stampOf(taskId, attempt);
    return startShellProcess({ spawn, sandbox, projectDir, tempDir, environment, stamp, onSpawn: options.onSpawn });
  };

  const { sandbox, reason, ...first } = await firstShell(options.sandbox, start, () =>
    openSandbox({ projectDir, tempDir, stateDir, allowedDomains, hidden }),
  );
  let shell = first.shell;
  let cwd = projectDir;
  let isBusy = false;
  let closing: Promise<void> | null = null;

  const killAll = (graceMs: number) => killTree({ taskId, upTo: attempt, roots: [{ pid: shell.pid }] }, { graceMs });

  const replace = async (): Promise<void> => {
    await killAll(0);
    shell.release();
    shell = await start(sandbox);
    cwd = projectDir;
  };

  const runOne = async (command: string, { timeoutSeconds, signal, onOutput = () => {}, beforeStart = () => {} }: CommandOptions): Promise<CommandResult> => {
    const commandId = randomBytes(8).toString('hex');
    const outputFile = join(outputsIn(stateDir), `${commandId}.txt`);
    let shellReplaced = !shell.isAlive();
    if (shellReplaced) await replace();

    const startedAt = performance.now();
    const output = createCommandOutput(outputFile, onOutput);
    if (!existsSync(cwd)) {
      output.push(`[${cwd} is gone: this ran in ${projectDir}]\n`);
      cwd = projectDir;
    }
    const { ending, ...after } = await runInShell(shell, output, {
      commandId,
      command,
      cwd,
      tempDir,
      timeoutSeconds,
      signal,
      beforeStart: (begun) => beforeStart({ ...begun, outputFile }),
    });
    const { text, bytes } = output.end();
    const durationMs = performance.now() - startedAt;
    cwd = after.cwd ?? cwd;
    if (!after.isShellUsable && closing === null) {
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
      ...(shellReplaced ? { shellReplaced } : {}),
    };
  };

  return {
    sandbox: sandbox === null ? { kind: 'none', reason } : { kind: 'sandbox-runtime' },
    get pid() {
      return shell.pid;
    },
    async run(command, commandOptions) {
      if (isBusy || closing !== null) throw new Error('The shell takes one command at a time, and none after its close.');
      isBusy = true;
      try {
        return await runOne(command, commandOptions);
      } finally {
        isBusy = false;
      }
    },
    cwd: () => cwd,
    close() {
      closing ??= (async () => {
        const { survivors } = await killAll(CLOSE_GRACE_MS);
        shell.release();
        await sandbox?.close();
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
