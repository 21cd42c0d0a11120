import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { totpCode } from '@tars/core';
import { readTerminal } from '../testing/read-terminal.js';
import { CODE, useTars } from '../testing/use-tars.js';

const world = useTars();
const shownCode = (stdout: string) =>
  readTerminal(
    stdout
      .split('\n')
      .filter((line) => /^[█▀▄ ]{29,}$/.test(line))
      .join('\n'),
  );

test('the QR code, the text and the file hold the same secret, and its codes approve where the old one no longer does', async () => {
  const file = join(world.dir, 'totp.env');
  await writeFile(file, 'CONFIRMATION_CODE=4719\nCONFIRMATION_MODE=pin\nMAX_ITERATIONS=7\n', { mode: 0o644 });
  const { code, stdout, stderr } = await world.run(['init', '--totp', '--file', file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const url = new URL(shownCode(stdout) ?? '');
  expect(url.href).toMatch(/^otpauth:\/\/totp\/TARS:/);
  const secret = url.searchParams.get('secret') ?? '';
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(stdout.replaceAll(' ', '')).toContain(secret);
  expect(parseEnv(await readFile(file, 'utf8'))).toEqual({
    CONFIRMATION_CODE: '4719',
    MAX_ITERATIONS: '7',
    CONFIRMATION_MODE: 'totp',
    TOTP_SECRET: secret,
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const id = await world.started();
  await world.askForCode(id);
  const confirm = (input: string) => world.run(['confirm', id, '--env-file', file], { input });
  expect(await confirm(CODE)).toMatchObject({ code: 1, stderr: expect.stringContaining('not right') });
  expect(await confirm(totpCode(secret, Date.now()))).toMatchObject({ code: 0 });
  expect((await world.store.read(id))?.grant).not.toBeNull();
});

test('without a file it goes into the state directory, where every part of TARS finds it; a secret that is there stays', async () => {
  const first = await world.run(['init', '--totp']);
  expect(first.code).toBe(0);
  const file = join(world.dir, 'state', '.env');
  const before = await readFile(file, 'utf8');
  expect(before).toMatch(/^CONFIRMATION_MODE=totp\nTOTP_SECRET=[A-Z2-7]{32}\n$/);
  expect(await world.run(['init', '--totp'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('holds a TOTP_SECRET already'),
  });
  expect(await readFile(file, 'utf8')).toBe(before);
});
