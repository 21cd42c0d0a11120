// The key pair behind approvals: one per installation, made on first use, its private half for this user's eyes only.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';
import { errorCode } from './error-code.js';
import { ensureStateDir } from './state-dir.js';

export type SigningKeys = { privateKeyPem: string; publicKeyPem: string };

export class SigningKeyError extends Error {
  readonly code = 'signing_key';
}

const privateFile = (stateDir: string) => join(stateDir, 'confirmation-signing-key.pem');
const publicFile = (stateDir: string) => join(stateDir, 'confirmation-public-key.pem');

const publicHalf = (privateKeyPem: string) =>
  createPublicKey(createPrivateKey(privateKeyPem)).export({ type: 'spki', format: 'pem' }).toString();

/** For who may approve (api, bridge): the configured key, else the one in the state directory, else a new one there. */
export function loadSigningKeys(config: Pick<Config, 'stateDir' | 'confirmationSigningKey'>): SigningKeys {
  const configured = config.confirmationSigningKey;
  if (configured !== null) return { privateKeyPem: configured, publicKeyPem: publicHalf(configured) };
  const dir = ensureStateDir(config.stateDir);
  const privateKeyPem = read(privateFile(dir)) ?? createKey(dir);
  const keys = { privateKeyPem, publicKeyPem: derive(privateKeyPem, privateFile(dir)) };
  if (read(publicFile(dir)) !== keys.publicKeyPem) replace(publicFile(dir), keys.publicKeyPem, 0o644);
  return keys;
}

/** For who checks approvals (worker): never touches the private key. Null while nobody has made a pair. */
export function loadPublicKey(config: Pick<Config, 'stateDir' | 'confirmationPublicKey'>): string | null {
  return config.confirmationPublicKey ?? read(publicFile(config.stateDir));
}

/** `absent`: made on first use. `exposed`: readable by others. `mismatched`: the worker would refuse what is signed here. */
export type SigningKeyState = 'usable' | 'absent' | 'unreadable' | 'exposed' | 'mismatched';

/** Looks at the keys without making or changing any. */
export function inspectSigningKeys({
  stateDir,
  confirmationSigningKey: configured,
  confirmationPublicKey: expected,
}: Pick<Config, 'stateDir' | 'confirmationSigningKey' | 'confirmationPublicKey'>): SigningKeyState {
  const path = privateFile(stateDir);
  try {
    const pem = configured ?? read(path);
    if (pem === null) return expected === null ? 'absent' : 'usable';
    const half = publicHalf(pem);
    if (expected !== null && createPublicKey(expected).export({ type: 'spki', format: 'pem' }) !== half) return 'mismatched';
    return configured === null && (statSync(path).mode & 0o077) !== 0 ? 'exposed' : 'usable';
  } catch {
    return 'unreadable';
  }
}

function derive(privateKeyPem: string, path: string): string {
  try {
    return publicHalf(privateKeyPem);
  } catch (cause) {
    throw new SigningKeyError(`${path} holds no readable private key. Remove it; a new one is made at the next start.`, { cause });
  }
}

/** Of processes that do this at once, all return the key of the first: a link, unlike a rename, replaces nothing. */
function createKey(dir: string): string {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const path = privateFile(dir);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, pem, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return pem;
  } catch (error) {
    const existing = read(path);
    if (existing === null) throw error;
    return existing;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(path: string, content: string, mode: number): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode, flag: 'wx' });
  renameSync(draft, path);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
