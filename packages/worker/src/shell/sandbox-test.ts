// Whether this machine's sandbox holds: forbidden acts are tried inside it before any task is, and none of them may work.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@tars/core/env';
import type { Logger } from '@tars/core/log';
import { quoted } from './command-loop.js';
import { FORBIDDEN_ACTS, type ForbiddenAct, openStage, type Stage } from './forbidden-acts.js';
import { COMMAND_MARK, killCommand } from './process-tree.js';
import { openSandbox, type Sandbox, type SandboxKind, type SandboxWish, usualKind, whyNoSandbox } from './sandbox.js';

export type SandboxFound = {
  kind: SandboxKind | 'none';
  /** Why there is none; null when there is one, and every act was refused in it. */
  reason: string | null;
  /** How many forbidden acts were tried. */
  tried: number;
};

const ACT_MS = 20_000;
/** Said inside at the end: a sandbox in which nothing runs refuses everything, and is none. */
const DONE = 'all-was-tried';

export async function findSandbox({ wish, kind: choice }: { wish: SandboxWish; kind: SandboxKind | 'auto' }): Promise<SandboxFound> {
  const kind = choice === 'auto' ? usualKind() : choice;
  const none = (reason: string, tried = 0): SandboxFound => ({ kind: 'none', reason, tried });
  if (wish === 'off') return none('SANDBOX=off');
  const missing = await whyNoSandbox(kind);
  if (missing !== null) return none(missing);
  const stage = await openStage();
  try {
    const { projectDir, tempDir, stateDir } = stage;
    const opened = await openSandbox(kind, {
      projectDir,
      tempDir,
      stateDir: tempDir,
      allowedDomains: ['allowed.invalid'],
      privateAddresses: [],
      hidden: [stateDir],
    });
    if (opened.sandbox === null) return none(opened.reason);
    try {
      const worked = await tryAll(opened.sandbox, stage);
      if (typeof worked === 'string') return none(worked);
      if (worked.length > 0) return none(`inside it a command can ${worked.join(', and ')}`, FORBIDDEN_ACTS.length);
      return { kind, reason: null, tried: FORBIDDEN_ACTS.length };
    } finally {
      await opened.sandbox.close();
    }
  } finally {
    await stage.close();
  }
}

/** What was found, said to whoever reads the worker's log: loudly where commands will run unconfined. */
export async function tellSandbox(
  { sandbox: wish, sandboxKind: kind }: Pick<Config, 'sandbox' | 'sandboxKind'>,
  logger: Logger,
): Promise<SandboxFound> {
  const found = await findSandbox({ wish, kind });
  const { reason } = found;
  if (reason === null) logger.info('the sandbox holds', { sandbox: found.kind, forbidden_acts_tried: found.tried });
  else if (wish === 'required') logger.error('no sandbox, so this worker takes no task (SANDBOX=required)', { reason });
  else logger.warn('COMMANDS RUN WITHOUT A SANDBOX: they can read and reach what your user can', { reason });
  return found;
}

/** The names of the acts that worked, or why nothing could be tried. */
async function tryAll(sandbox: Sandbox, stage: Stage): Promise<string[] | string> {
  const script = FORBIDDEN_ACTS.map((act) => `bash -c ${quoted(act.tries(stage))} 2>&1`).join('\n');
  const output = await outputOf(sandbox, `${script}\necho ${DONE}`);
  if (!output.includes(DONE)) return `it does not start: ${output.trim().split('\n').at(-1) ?? ''}`;
  const worked = await Promise.all(
    FORBIDDEN_ACTS.map(async (act): Promise<ForbiddenAct[]> => ((await act.worked(stage, output)) ? [act] : [])),
  );
  return worked.flat().map(({ name }) => name);
}

async function outputOf(sandbox: Sandbox, script: string): Promise<string> {
  const { file, args } = await sandbox.wrap(script);
  const { PATH, HOME } = process.env;
  const mark = randomUUID();
  const env = Object.fromEntries(Object.entries({ PATH, HOME, [COMMAND_MARK]: mark }).filter(([, value]) => value !== undefined));
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  await Promise.race([ended, delay(ACT_MS, null, { ref: false })]);
  // What a sandbox that holds nothing leaves behind ends here too.
  await killCommand(mark, { graceMs: 0 });
  return output;
}
