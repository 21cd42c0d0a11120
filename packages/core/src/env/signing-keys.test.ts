import { execFile } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { transformFileSync } from '@swc/core';
import { inspectSigningKeys, loadPublicKey, loadSigningKeys, SigningKeyError } from './signing-keys.js';
import { stateDir } from './state-dir.js';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tars-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const config = () => ({ stateDir: join(dir, 'state'), confirmationSigningKey: null, confirmationPublicKey: null });

test('the pair is made on first use, readable by this user alone, and stays the same', () => {
  expect(loadPublicKey(config())).toBeNull();
  const keys = loadSigningKeys(config());
  expect(loadSigningKeys(config())).toEqual(keys);
  expect(loadPublicKey(config())).toBe(keys.publicKeyPem);
  expect(statSync(config().stateDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(config().stateDir, 'confirmation-signing-key.pem')).mode & 0o777).toBe(0o600);
  expect(readdirSync(config().stateDir).sort()).toEqual(['confirmation-public-key.pem', 'confirmation-signing-key.pem']);
});

test('a configured key is used as it is and nothing is written', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const keys = loadSigningKeys({ ...config(), confirmationSigningKey: pem });
  expect(keys.privateKeyPem).toBe(pem);
  expect(createPublicKey(keys.publicKeyPem).asymmetricKeyType).toBe('ed25519');
  expect(existsSync(config().stateDir)).toBe(false);
  expect(loadPublicKey({ ...config(), confirmationPublicKey: keys.publicKeyPem })).toBe(keys.publicKeyPem);
});

test('a lost public half is written again; a damaged private one is told, not replaced', () => {
  const keys = loadSigningKeys(config());
  rmSync(join(config().stateDir, 'confirmation-public-key.pem'));
  expect(loadSigningKeys(config())).toEqual(keys);
  expect(loadPublicKey(config())).toBe(keys.publicKeyPem);
  const path = join(config().stateDir, 'confirmation-signing-key.pem');
  writeFileSync(path, 'damaged');
  expect(() => loadSigningKeys(config())).toThrow(SigningKeyError);
  expect(readFileSync(path, 'utf8')).toBe('damaged');
});

test('a look at the keys says how they are and makes none', () => {
  expect(inspectSigningKeys(config())).toBe('absent');
  expect(existsSync(config().stateDir)).toBe(false);
  const { publicKeyPem } = loadSigningKeys(config());
  expect(inspectSigningKeys({ ...config(), confirmationPublicKey: publicKeyPem })).toBe('usable');
  const another = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  expect(inspectSigningKeys({ ...config(), confirmationPublicKey: another })).toBe('mismatched');
  const path = join(config().stateDir, 'confirmation-signing-key.pem');
  chmodSync(path, 0o644);
  expect(inspectSigningKeys(config())).toBe('exposed');
  writeFileSync(path, 'damaged');
  expect(inspectSigningKeys(config())).toBe('unreadable');
});

test('processes that start at once agree on one pair', async () => {
  // Real processes: the sources as plain JavaScript in a folder of their own.
  for (const name of ['signing-keys', 'state-dir', 'error-code']) {
    const { code } = transformFileSync(join(__dirname, `${name}.ts`), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(join(dir, `${name}.js`), code);
  }
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  const script = `import { loadSigningKeys } from './signing-keys.js'; console.log(loadSigningKeys(${JSON.stringify(config())}).publicKeyPem);`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: dir });
  const told = await Promise.all(Array.from({ length: 6 }, start));
  expect(new Set(told.map(({ stdout }) => stdout.trim()))).toEqual(new Set([loadPublicKey(config())?.trim()]));
});

test('the state directory follows TARS_STATE_DIR, then XDG, then the home folder', () => {
  expect(stateDir({ TARS_STATE_DIR: '/a/b', XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/a/b');
  expect(stateDir({ XDG_STATE_HOME: '/x', HOME: '/h' })).toBe('/x/tars');
  expect(stateDir({ XDG_STATE_HOME: 'relative', HOME: '/h' })).toBe('/h/.local/state/tars');
});
