import { expect, test } from '@jest/globals';
import { createTotpVerifier, newTotpSecret, otpauthUri, totpCode } from './totp.js';

/** "12345678901234567890" in base32: the secret of RFC 6238, appendix B. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is %s, as RFC 6238 says', (seconds, code) => {
  expect(totpCode(SECRET, seconds * 1_000)).toBe(code);
});

test('the codes of one step before and after are right too, others are not', () => {
  const { verify } = createTotpVerifier(SECRET);
  const now = 1_111_111_111_000;
  const right = [-2, -1, 0, 1, 2].map((step) => verify(totpCode(SECRET, now + step * 30_000), now) !== null);
  expect(right).toEqual([false, true, true, true, false]);
  expect(verify('12345', now)).toBeNull();
});

test('a code names its step, so that it can be spent', () => {
  const { verify } = createTotpVerifier(SECRET);
  const now = 1_111_111_111_000;
  const names = [0, 10_000].map((later) => verify(totpCode(SECRET, now), now + later)?.once);
  expect(new Set(names).size).toBe(1);
  expect(verify(totpCode(SECRET, now + 30_000), now)?.once).not.toBe(names[0]);
});

test('a new secret is base32 of 160 bits, and another one each time', () => {
  const secrets = new Set(Array.from({ length: 50 }, newTotpSecret));
  expect(secrets.size).toBe(50);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

test('the address for the app holds the secret and what it stands for', () => {
  const url = new URL(otpauthUri(SECRET, 'desk top'));
  expect(url.href).toMatch(/^otpauth:\/\/totp\/TARS:desk%20top\?/);
  expect(Object.fromEntries(url.searchParams)).toEqual({ secret: SECRET, issuer: 'TARS' });
});
