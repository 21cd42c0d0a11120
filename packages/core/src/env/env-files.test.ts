import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { EnvFileError, readEnvFiles } from './env-files.js';

let dir = '';
let env: Record<string, string> = {};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tars-env-'));
  mkdirSync(join(dir, 'state'));
  mkdirSync(join(dir, 'root'));
  env = { TARS_STATE_DIR: join(dir, 'state') };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const put = (path: string, text: string) => writeFileSync(join(dir, path), text);

test('the process environment wins over the state directory, and that over the installation', () => {
  put('root/.env', 'REDIS_HOST=root\nREDIS_PORT=1\nREDIS_DB=1\n');
  put('state/.env', 'REDIS_HOST=state\nREDIS_PORT=2\n');
  const read = readEnvFiles({ env: { ...env, REDIS_HOST: 'process' }, installationRoot: join(dir, 'root') });
  expect(read).toMatchObject({ REDIS_HOST: 'process', REDIS_PORT: '2', REDIS_DB: '1' });
});

test('a file given by name is the only one read', () => {
  put('state/.env', 'REDIS_PORT=2\n');
  put('mine', 'export REDIS_HOST="mine" # why\n');
  const read = readEnvFiles({ env, envFile: join(dir, 'mine'), installationRoot: join(dir, 'root') });
  expect(read).toEqual({ ...env, REDIS_HOST: 'mine' });
});

test('a file given by name must exist; the others need not', () => {
  expect(() => readEnvFiles({ env, envFile: join(dir, 'none') })).toThrow(EnvFileError);
  expect(readEnvFiles({ env, installationRoot: join(dir, 'none') })).toEqual(env);
});

test('a secret file of the process hides a secret in a file, and the other way round', () => {
  put('state/.env', 'API_TOKEN=weak\nWEBHOOK_TOKEN_FILE=/weak\n');
  const read = readEnvFiles({ env: { ...env, API_TOKEN_FILE: '/strong', WEBHOOK_TOKEN: 'strong' } });
  expect(read).toEqual({ ...env, API_TOKEN_FILE: '/strong', WEBHOOK_TOKEN: 'strong' });
});

test('the .env of the folder one happens to be in is not read', () => {
  put('root/.env', 'REDIS_HOST=project\n');
  const before = process.cwd();
  process.chdir(join(dir, 'root'));
  try {
    expect(readEnvFiles({ env })).toEqual(env);
  } finally {
    process.chdir(before);
  }
});
