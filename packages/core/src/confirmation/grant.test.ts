import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { Grant, hashAction, signGrant, verifyGrant } from './grant.js';

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
const { privatePem, publicPem } = keyPair();
const expected = {
  confirmationId: 'cnf_1',
  taskId: 'a7f3',
  callId: 'toolu_1',
  actionHash: hashAction({ command: 'rm old_backup.py', cwd: '/home/me/calculator' }),
};
const grant = signGrant({ ...expected, expiresAt: 1_000 }, privatePem);

test('a grant permits its action until it expires', () => {
  expect(verifyGrant(grant, publicPem, expected, 999)).toEqual({ ok: true });
  expect(verifyGrant(grant, publicPem, expected, 1_000)).toEqual({ ok: false, reason: 'expired' });
});

test('it survives being stored', () => {
  expect(verifyGrant(v.parse(Grant, JSON.parse(JSON.stringify(grant))), publicPem, expected, 0)).toEqual({ ok: true });
});

test.each([
  ['confirmationId', 'other_confirmation'],
  ['taskId', 'other_task'],
  ['callId', 'other_call'],
  ['actionHash', 'other_action'],
] as const)('a grant for another %s permits nothing', (field, reason) => {
  expect(verifyGrant(grant, publicPem, { ...expected, [field]: 'x' }, 0)).toEqual({ ok: false, reason });
});

test.each(['confirmationId', 'taskId', 'callId', 'actionHash', 'expiresAt', 'signature'] as const)(
  'a changed %s breaks the signature',
  (field) => {
    const forged = { ...grant, [field]: field === 'expiresAt' ? 9_999_999 : `${grant[field]}x`.replace(/^./, 'z') };
    const asked = { ...expected, ...(field in expected ? { [field]: forged[field] } : {}) };
    expect(verifyGrant(forged, publicPem, asked, 0)).toEqual({ ok: false, reason: 'bad_signature' });
  },
);

test("another signer's grant, and a key that is none, permit nothing", () => {
  const forged = signGrant({ ...expected, expiresAt: 1_000 }, keyPair().privatePem);
  expect(verifyGrant(forged, publicPem, expected, 0)).toEqual({ ok: false, reason: 'bad_signature' });
  expect(verifyGrant(grant, 'no key', expected, 0)).toEqual({ ok: false, reason: 'bad_signature' });
  fc.assert(
    fc.property(fc.string(), (signature) => !verifyGrant({ ...grant, signature }, publicPem, expected, 0).ok),
    { numRuns: 50 },
  );
});

test('a field cannot run over into its neighbour', () => {
  const moved = { ...grant, taskId: 'a7f', callId: '3toolu_1' };
  expect(verifyGrant(moved, publicPem, { ...expected, taskId: 'a7f', callId: '3toolu_1' }, 0)).toEqual({
    ok: false,
    reason: 'bad_signature',
  });
});

test('one byte of the command or the folder makes another action', () => {
  const hash = hashAction({ command: 'rm a', cwd: '/p' });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const others = [
    ['rm a ', '/p'],
    ['rm а', '/p'],
    ['rm a', '/p/'],
    ['rm a\n', '/p'],
    ['rm ', 'a/p'],
    ['rm \ud800', '/p'],
    ['rm \udfff', '/p'],
  ].map(([command = '', cwd = '']) => hashAction({ command, cwd }));
  expect(new Set([hash, ...others]).size).toBe(others.length + 1);
});
