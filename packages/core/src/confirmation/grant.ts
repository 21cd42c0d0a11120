// The signed, single-use permission that a right code turns into: for one action of one task, for a limited time.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import * as v from 'valibot';

const Claims = v.object({
  confirmationId: v.string(),
  taskId: v.string(),
  callId: v.string(),
  /** From `hashAction`: the exact bytes that were approved. */
  actionHash: v.string(),
  /** Milliseconds since 1970. */
  expiresAt: v.number(),
});
type Claims = v.InferOutput<typeof Claims>;

export const Grant = v.object({
  ...Claims.entries,
  /** Ed25519 over all the others, base64url. */
  signature: v.string(),
});
export type Grant = v.InferOutput<typeof Grant>;

export type GrantCheck =
  | { ok: true }
  | { ok: false; reason: 'bad_signature' | 'other_confirmation' | 'other_task' | 'other_call' | 'other_action' | 'expired' };

/** What is approved is this command in this folder, byte for byte, among things that are as they were when it was shown. */
export function hashAction({
  command,
  cwd,
  bound = {},
}: {
  command: string;
  cwd: string;
  bound?: Readonly<Record<string, string>>;
}): string {
  const things = Object.entries(bound).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify({ command, cwd, things })).digest('hex');
}

/** The fields in a fixed order, under a name of its own, so that the signature fits nothing else. */
function signedBytes({ actionHash, callId, confirmationId, expiresAt, taskId }: Claims): Buffer {
  return Buffer.from(`tars.grant/1\n${JSON.stringify({ actionHash, callId, confirmationId, expiresAt, taskId })}`);
}

export function signGrant(claims: Omit<Grant, 'signature'>, privateKeyPem: string): Grant {
  const { actionHash, callId, confirmationId, expiresAt, taskId } = claims;
  const signature = sign(null, signedBytes(claims), createPrivateKey(privateKeyPem)).toString('base64url');
  return { actionHash, callId, confirmationId, expiresAt, taskId, signature };
}

/** Whether the grant permits exactly the expected action now. Whether it was used before is not known here. */
export function verifyGrant(grant: Grant, publicKeyPem: string, expected: Omit<Claims, 'expiresAt'>, nowMs: number): GrantCheck {
  // First the signature: nothing else in a forged grant is worth reading.
  if (!isSigned(grant, publicKeyPem)) return { ok: false, reason: 'bad_signature' };
  if (grant.confirmationId !== expected.confirmationId) return { ok: false, reason: 'other_confirmation' };
  if (grant.taskId !== expected.taskId) return { ok: false, reason: 'other_task' };
  if (grant.callId !== expected.callId) return { ok: false, reason: 'other_call' };
  if (grant.actionHash !== expected.actionHash) return { ok: false, reason: 'other_action' };
  if (nowMs >= grant.expiresAt) return { ok: false, reason: 'expired' };
  return { ok: true };
}

function isSigned(grant: Grant, publicKeyPem: string): boolean {
  try {
    const key = createPublicKey(publicKeyPem);
    // Another kind of key would bring another, perhaps weaker, algorithm.
    return key.asymmetricKeyType === 'ed25519' && verify(null, signedBytes(grant), key, Buffer.from(grant.signature, 'base64url'));
  } catch {
    return false;
  }
}
