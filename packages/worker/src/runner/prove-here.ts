// Proves a claim where the task works: the checks run in its shell, and what needs a copy of the project gets one there.
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Proof, Task } from '@tars/core';
import type { Overlay } from '../proof/as-before.js';
import { asksForOtherTests } from '../proof/asked.js';
import { findChecks } from '../proof/find-checks.js';
import { type Apart, type Proving, prove, type Ran } from '../proof/prove.js';
import { quoted } from '../shell/command-loop.js';
import { outputsIn } from '../shell/output-folder.js';
import type { ObjectStore } from '../workspace/object-store.js';
import type { Diff } from '../workspace/project-diff.js';
import { archiveSnapshot } from '../workspace/snapshot-archive.js';
import type { Snapshot } from '../workspace/snapshots.js';
import type { Context } from './context.js';
import { ownersWords } from './hear-owner.js';
import { execute } from './run-command.js';

const CHECK_TIMEOUT_S = 300;
const LAY_OUT_S = 120;

export async function proveHere(context: Context): Promise<Proving & { diff: Diff }> {
  const { record, steps } = context;
  const { project } = record.task();
  const checks = await findChecks(project);
  const { store, first, now, diff } = await steps.compared();
  const run = runnerOf(context);
  const copies = copiesOf(context, store, run);
  try {
    const proving = await prove({
      checks,
      diff,
      sides: { first: first.tree, now: now.tree, texts: (oids) => textsIn(store, oids) },
      hasTimeFor: (ms) => timeLeftMs(record.task()) > ms + ENDING_MS,
      mayChangeTests: asksForOtherTests(ownersWords(context)),
      run: ({ kind, command }) => run(command, 'verify the result', kind === 'test' ? 'test' : 'build'),
      layOut: (of, overlay) => copies.layOut(of === 'first' ? first : now, overlay),
    });
    return { ...proving, diff };
  } finally {
    await copies.remove();
  }
}

/** What the end of a task takes beside its checks. */
const ENDING_MS = 10_000;
const timeLeftMs = ({ limits, workedMs }: Task): number => limits.workMs - workedMs;

/** Whether the model can still mend something and have it checked as it was now. */
export function canMend(task: Task, { checks }: Proof): boolean {
  const checkedMs = checks.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
  return task.turns + 1 < task.limits.turns && timeLeftMs(task) > 3 * checkedMs + ENDING_MS;
}

type Run = (command: string, reason: string, purpose: 'test' | 'build' | 'other') => Promise<Ran>;

function runnerOf(context: Context): Run {
  const { record, shell } = context;
  let ran = 0;
  return async (command, reason, purpose) => {
    const { project, attempt, refutations } = record.task();
    const { result, events } = await execute(context, {
      callId: `check-${attempt}-${refutations}-${ran++}`,
      // The model may have left the shell anywhere.
      command: shell.cwd() === project ? command : `cd ${quoted(project)} && ${command}`,
      reason,
      purpose,
      confirmationId: null,
      timeoutSeconds: CHECK_TIMEOUT_S,
    });
    await record.commit(events);
    return result;
  };
}

/**
 * Copies of the project in the temporary folder of its commands. They are unpacked behind the wall, like everything that is written where
 * commands write: nothing of the task can make the harness write elsewhere.
 */
function copiesOf({ shell, stateDir, tempDir, record, signal }: Context, store: ObjectStore, run: Run) {
  const options = { timeoutSeconds: LAY_OUT_S, signal };
  const names: string[] = [];
  const layOut = async (of: Snapshot, overlay: Overlay): Promise<Apart> => {
    const name = `proof-${names.length + 1}`;
    names.push(name);
    const archive = join(outputsIn(stateDir), `${name}.tar`);
    await mkdir(dirname(archive), { recursive: true, mode: 0o700 });
    await archiveSnapshot(store, of.id, overlay, archive);
    const { project } = record.task();
    const place = `"$TMPDIR"/${name}`;
    const script = [
      `rm -rf ${place} && mkdir -p ${place} && tar -xf ${quoted(archive)} -C ${place} && cd ${place} || exit`,
      // Newer than what was built of them before.
      ...[...overlay.written.keys()].map((path) => `touch -- ${quoted(path)}`),
      ...of.leftOut.flatMap(({ path, why }) => (why === 'tools' && REACHED.test(path) ? [linked(join(project, path), path)] : [])),
      'exit 0',
    ];
    const { exitCode } = await shell.run(`(${script.join('\n')})`, options);
    await rm(archive, { force: true });
    const isThere = exitCode === 0;
    return {
      find: async () => (isThere ? findChecks(join(tempDir, name)) : []),
      run: async (command, reason, wanted = 'success') =>
        isThere
          ? run(`${wanted === 'failure' ? '! ' : ''}(cd ${place} && ${command})`, reason, 'other')
          : { exitCode: null, output: 'The project could not be copied.', durationMs: 0 },
    };
  };
  const remove = async (): Promise<void> => {
    if (names.length > 0) await shell.run(`(cd "$TMPDIR" && rm -rf ${names.join(' ')})`, options);
  };
  return { layOut, remove };
}

/** Of what tools fetch or make, what a check reads: no snapshot has it. */
const REACHED = /(^|\/)(node_modules|\.venv|venv|target)$/;

const linked = (from: string, path: string): string =>
  `[ ! -e ${quoted(from)} ] || { mkdir -p -- ${quoted(dirname(path))} && ln -s -- ${quoted(from)} ${quoted(path)}; }`;

async function textsIn(store: ObjectStore, oids: readonly string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(oids)];
  const texts = new Map<string, string>();
  let at = 0;
  await store.contents(wanted, async (bytes) => {
    const oid = wanted[at++];
    if (oid !== undefined && !bytes.includes(0)) texts.set(oid, bytes.toString('utf8'));
  });
  return texts;
}
