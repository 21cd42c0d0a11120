// What this machine itself must offer: a port, a folder nobody else reads, keys, a sandbox.
import { accessSync, constants, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { type Config, inspectSigningKeys, missingCodeSetting, type SigningKeyState } from '@tars/core/env';
import { about, type Finding, whyNot } from './finding.js';

const OWN_ANSWER_MS = 1_000;

export async function checkPort({ bindAddress, webhookPort }: Pick<Config, 'bindAddress' | 'webhookPort'>): Promise<Finding> {
  const { ok, problem } = about('port');
  const name = `${bindAddress}:${webhookPort}`;
  if (webhookPort === 0) return ok('The api takes any free port.');
  const why = await whyNotListening(bindAddress, webhookPort);
  if (why === null) return ok(`${name} is free for the api.`);
  if (why !== 'EADDRINUSE') {
    return problem(
      `The api cannot listen on ${name} (${why}).`,
      'Set BIND_ADDRESS to an address of this machine and WEBHOOK_PORT to a port from 1024 up.',
    );
  }
  if (await isOurs(bindAddress, webhookPort)) return ok(`The api answers on ${name}.`);
  return problem(
    `The port ${name} is taken by something else.`,
    `Set WEBHOOK_PORT to a free port, or stop what has it (lsof -i :${webhookPort} tells).`,
  );
}

const whyNotListening = (address: string, port: number): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer()
      .once('error', (error) => resolve(whyNot(error)))
      .listen(port, address, () => server.close(() => resolve(null)));
  });

async function isOurs(address: string, port: number): Promise<boolean> {
  const here = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '[::1]' : address.includes(':') ? `[${address}]` : address;
  try {
    const response = await fetch(`http://${here}:${port}/version`, { signal: AbortSignal.timeout(OWN_ANSWER_MS) });
    const said: unknown = await response.json();
    return typeof said === 'object' && said !== null && 'name' in said && said.name === 'tars-api';
  } catch {
    return false;
  }
}

export function checkStateDir({ stateDir }: Pick<Config, 'stateDir'>): Finding {
  const { ok, problem } = about('state');
  const stats = statSync(stateDir, { throwIfNoEntry: false });
  if (stats === undefined) return ok(`${stateDir} is made at the first start.`);
  if (!stats.isDirectory()) return problem(`${stateDir} is no folder.`, 'Move it away, or set TARS_STATE_DIR to a folder.');
  try {
    accessSync(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return problem(
      `${stateDir} cannot be written by this user.`,
      `chown it to the user that runs TARS, or set TARS_STATE_DIR to another folder.`,
    );
  }
  const others = stats.mode & 0o077;
  return others === 0
    ? ok(`${stateDir} is this user's alone.`)
    : problem(`${stateDir}, which holds the signing key, is open to other users of this machine.`, `chmod 700 ${stateDir}`);
}

const GB = 1_000_000_000;
const gigabytes = (bytes: number): string => `${(bytes / GB).toFixed(bytes < GB ? 2 : 1)} GB`;
/** From here on it is worth a word. */
const NEARLY = 0.9;

/** How much outputs and snapshots take where a worker runs, and whether some had to go. */
export async function checkKept({ stateDir, keptMaxDiskMb }: Pick<Config, 'stateDir' | 'keptMaxDiskMb'>): Promise<Finding> {
  const { ok, note } = about('disk');
  const worker = await importWorker();
  if (worker === null)
    return note('The worker is not installed here, so what it keeps was not looked at.', 'Run tars doctor where the worker runs.');
  const { bytes, full, emptied } = await worker.lookAtKept(stateDir);
  const most = keptMaxDiskMb * 1_000_000;
  const fix = 'Give them more room (KEPT_MAX_DISK_MB), or forget tasks sooner (TASK_RETENTION_DAYS, tars purge).';
  const taken = `Outputs and snapshots of ${full} ${full === 1 ? 'task' : 'tasks'} take ${gigabytes(bytes)} of at most ${gigabytes(most)}`;
  if (emptied > 0) return note(`${taken}; those of ${emptied} ended ones were dropped for it and cannot be undone.`, fix);
  return bytes < NEARLY * most ? ok(`${taken}.`) : note(`${taken}: soon the tasks that ended first lose theirs.`, fix);
}

const importWorker = () =>
  import('@tars/worker').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw error;
  });

const KEY_FINDINGS: Readonly<Record<SigningKeyState, Finding>> = (({ ok, problem }) => ({
  usable: ok('The keys that sign approvals are there.'),
  absent: ok('The keys that sign approvals are made at the first start.'),
  unreadable: problem(
    'The key that signs approvals cannot be read.',
    'Remove confirmation-signing-key.pem from the state directory; a new one is made at the next start.',
  ),
  exposed: problem(
    'The key that signs approvals can be read by others.',
    'chmod 600 confirmation-signing-key.pem in the state directory; if others use this machine, remove it instead.',
  ),
  mismatched: problem(
    'CONFIRMATION_PUBLIC_KEY is not the public half of the key that signs approvals: the worker would refuse every one.',
    'Set it to the output of: openssl pkey -pubout on CONFIRMATION_SIGNING_KEY.',
  ),
}))(about('keys'));

export const checkKeys = (config: Parameters<typeof inspectSigningKeys>[0]): Finding => KEY_FINDINGS[inspectSigningKeys(config)];

export function checkCode(config: Parameters<typeof missingCodeSetting>[0]): Finding {
  const { ok, note } = about('code');
  switch (missingCodeSetting(config)) {
    case 'CONFIRMATION_CODE':
      return note(
        'There is no confirmation code, so every destructive command is denied.',
        'Set CONFIRMATION_CODE to 4 to 12 digits that only you know.',
      );
    case 'TOTP_SECRET':
      return note('There is no secret for codes of an app, so every destructive command is denied.', 'Run tars init --totp.');
    case null:
      return ok(config.confirmationMode === 'totp' ? 'Codes come from an authenticator app.' : 'A confirmation code is set.');
  }
}

export async function checkSandbox({ sandbox, sandboxKind }: Pick<Config, 'sandbox' | 'sandboxKind'>): Promise<Finding> {
  const { ok, note, problem } = about('sandbox');
  if (sandbox === 'off') return note('Commands run without a sandbox here (SANDBOX=off).', 'Set SANDBOX=auto, or required.');
  const worker = await importWorker();
  if (worker === null)
    return note('The worker is not installed here, so its sandbox was not tried.', 'Run tars doctor where the worker runs.');
  const { findSandbox } = worker;
  const { kind, reason: why, tried } = await findSandbox({ wish: sandbox, kind: sandboxKind });
  if (why === null)
    return ok(`Commands run in a sandbox on this machine (${kind}): ${tried} forbidden acts were tried in it, none worked.`);
  const fix = 'Debian or Ubuntu: apt-get install bubblewrap socat.';
  return sandbox === 'required'
    ? problem(`There is no sandbox here (${why}), and SANDBOX=required: a worker here takes no task.`, fix)
    : note(`There is no sandbox here (${why}): commands run without one.`, fix);
}
