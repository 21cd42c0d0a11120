// The runner process: one task, no Redis, no secret in its environment; dead as soon as its supervisor is.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEAD_ENDS, type ProcessRef } from '@tars/core';
import { classify } from '@tars/safety';
import { createModelClient, ModelGaveUpError } from '../model/client.js';
import type { FromRunner, ToRunner } from '../protocol.js';
import { forbidsNesting } from '../shell/bubblewrap.js';
import { processStartTime } from '../shell/process-tree.js';
import { loadPty } from '../shell/pty.js';
import { openShell, SandboxRequiredError, type Shell } from '../shell/shell.js';
import { parseToolCall } from '../tools/toolset.js';
import { snapshotsIn } from '../workspace/snapshots.js';
import { CannotIsolateError } from '../workspace/worktree.js';
import { createAnswers } from './answers.js';
import { cleanRecord, cleanSend } from './clean-record.js';
import { openCommandJournal } from './command-journal.js';
import { watchDeadEnds } from './dead-end.js';
import { runTask } from './loop.js';
import { createOutage } from './outage.js';
import { createPhases } from './phases.js';
import { keepPlace, type Place } from './place.js';
import { createRunnerRecord, OverError, placedIn, type RunnerRecord } from './record.js';
import { openSteps, type Steps } from './steps.js';
import { takeName } from './take-name.js';
import { dirtyNotice, openWorkplace, ProjectMissingError } from './workplace.js';

/** Until the machine code of it is made. */
const WARM_ROUNDS = 200;

type Begin = Extract<ToRunner, { type: 'begin' }>;

const send = (message: FromRunner): void => {
  if (process.connected) process.send?.(message);
};
const log = (level: 'info' | 'warn' | 'error', msg: string, fields: { [name: string]: unknown } = {}) =>
  send({ type: 'log', level, msg, fields });
// The model's SDK warns through the console, and again with every request; standard error is not where logs go.
console.warn = (...words: unknown[]) => send({ type: 'warning', text: words.map(String).join(' ') });

const answers = createAnswers();
let record: RunnerRecord | null = null;
// What the first request and the first command load is loaded while there is nothing else to do.
setImmediate(warmUp);

// What a runner without a task does when its supervisor is gone: nothing was begun.
let orphaned = (): void => process.exit(0);
process.once('disconnect', () => orphaned());

process.on('message', (message: ToRunner) => {
  switch (message.type) {
    case 'begin':
      void attempt(message);
      break;
    case 'acknowledged':
      record?.acknowledged(message.request, message.outcome);
      break;
    case 'changed':
      record?.changed();
      break;
    case 'answered':
      answers.hand(message.answer, message.publicKeyPem);
      break;
  }
});

async function attempt({ task, transcript, heard, day, settings, publicKeyPem }: Begin): Promise<void> {
  takeName(task);
  const abort = new AbortController();
  const say = cleanSend(send, settings.secrets);
  const mine = cleanRecord(createRunnerRecord({ task, transcript, day }, say), settings.secrets);
  record = mine;
  let opening: Promise<Opened> | null = null;
  let shell: Shell | null = null;
  let steps: Steps | null = null;
  // Without its supervisor the runner cannot store an intent, so it must not act: kill the shell and go.
  orphaned = () => {
    abort.abort();
    void (shell?.close() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  const close = async (): Promise<void> => {
    abort.abort();
    await opening?.catch(() => {});
    await shell?.close();
  };
  try {
    // Ids are used again once a task is forgotten: what an earlier one left under this id is not this task's.
    if (task.attempt === 1 && task.repository === null) await rm(settings.taskDir, { recursive: true, force: true });
    const { folder, worktree } = await openWorkplace(task, settings.taskDir);
    const tempDir = join(settings.taskDir, 'tmp');
    await mkdir(tempDir, { recursive: true, mode: 0o700 });
    const here = placedIn(mine, folder);
    steps = openSteps({
      projectDir: folder,
      dir: snapshotsIn(settings.taskDir),
      record: here,
      onDiff: (diff) => say({ type: 'diff', diff }),
      onError: (err) => log('warn', 'the project could not be looked at', { err: String(err) }),
      now: Date.now,
    });

    const open = async (): Promise<Opened> => {
      const noticing = dirtyNotice(task, Date.now());
      noticing.catch(() => {});
      const opened = await openShell({
        taskId: task.id,
        since: task.createdAt,
        attempt: task.attempt,
        projectDir: folder,
        tempDir,
        stateDir: settings.taskDir,
        sandbox: settings.sandbox,
        sandboxKind: settings.sandboxKind,
        allowedDomains: settings.allowedDomains,
        privateAddresses: settings.privateAddresses,
        resources: settings.resources,
        hidden: settings.hidden,
        // What git says of a clone lies outside it.
        readable: task.repository === null || worktree === null ? [] : [worktree.project],
        onSpawn: (pid) => void refOf(pid).then((ref) => send({ type: 'tree', processes: [ref] })),
      });
      shell = opened;
      const tree = await Promise.all([process.pid, opened.pid].map(refOf));
      const started = { type: 'attempt.started', at: Date.now(), model: settings.model.model, sandbox: opened.sandbox.kind, tree } as const;
      await mine.commit([started, ...(await noticing)]);
      return { shell: opened, place: await keepPlace(join(settings.taskDir, 'place'), opened) };
    };
    // Set up while the first request is under way: the loop waits for it before it stores a reply.
    opening = open();
    let opened: Opened | null = null;
    const ready = opening.then((both) => {
      opened = both;
    });
    const nowOpen = (): Opened => {
      if (opened === null) throw new Error('The shell is not open yet.');
      return opened;
    };

    const { outageMs: spentMs, outageTold: isAway } = mine.task();
    const model = createModelClient(settings.model, {
      outage: createOutage(mine, send),
      asked: (asked) => send({ type: 'asked', asked }),
      spentMs,
      isAway,
    });
    const running = runTask({
      record: here,
      answers,
      heard,
      openAtStart: task,
      model,
      contextTokens: settings.contextTokens,
      preferences: settings.preferences,
      ready: () => ready,
      get shell() {
        return nowOpen().shell;
      },
      get place() {
        return nowOpen().place;
      },
      journal: openCommandJournal(join(settings.taskDir, 'command.json')),
      steps,
      stateDir: settings.taskDir,
      tempDir,
      worktree,
      phases: createPhases(mine.task, Date.now),
      publicKeyPem,
      deadEnds: watchDeadEnds(task.limits.deadEnds ?? DEAD_ENDS),
      prices: settings.prices,
      signal: abort.signal,
      send: say,
      now: Date.now,
    });
    // Where no shell can be had the model need not be waited for.
    await Promise.race([running, ready.then(() => running)]);
  } catch (error) {
    await giveUp(mine, error, async () => {
      await close();
      await steps?.end();
    });
  } finally {
    await close();
    process.disconnect();
  }
}

type Opened = { shell: Shell; place: Place };

function warmUp(): void {
  void loadPty();
  void fetch('data:,');
  if (process.platform === 'linux') void forbidsNesting();
  // Code that has run before runs faster.
  for (let round = 0; round < WARM_ROUNDS; round++) parseToolCall('bash', { command: 'true', reason: 'r' });
  for (let round = 0; round < WARM_ROUNDS; round++) classify('cd src && npm test -- --run "$@" | tail -20', { cwd: '/', projectRoot: '/' });
}

const refOf = async (pid: number): Promise<ProcessRef> => ({ pid, startTime: (await processStartTime(pid)) ?? '' });

/** What a person can mend fails the task with that word; anything else is a crash, and a later attempt tries again. */
async function giveUp(mine: RunnerRecord, error: unknown, leave: () => Promise<void>): Promise<void> {
  if (error instanceof OverError) return;
  const reason = reasonOf(error);
  if (reason === null) {
    const err = error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : String(error);
    log('error', 'the attempt broke', { err });
    return;
  }
  const message = error instanceof Error ? error.message : reason;
  // What cannot be looked at any more must not hide why the task ends.
  await leave().catch((err: unknown) => log('warn', 'the project could not be looked at', { err: String(err) }));
  // Refused: it was settled or taken over meanwhile, and is not this attempt's to end.
  await mine.commit([{ type: 'task.failed', at: Date.now(), reason, message }]).catch(() => {});
}

/** The task's machine word for what a person can mend; null for everything else. */
function reasonOf(error: unknown): string | null {
  if (error instanceof ModelGaveUpError) return error.reason;
  if (error instanceof SandboxRequiredError) return 'no_sandbox';
  if (error instanceof CannotIsolateError) return error.code;
  return error instanceof ProjectMissingError ? error.code : null;
}
