import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from '@jest/globals';
import { useTars } from '../testing/use-tars.js';

const world = useTars();
let files = 0;
const place = () => join(world.dir, `settings-${++files}.env`);
const read = async (file: string) => parseEnv(await readFile(file, 'utf8'));

test('from a pipe: values are written where they belong, for this user alone, and can be used at once', async () => {
  const file = place();
  const input = `ANTHROPIC_API_KEY=sk-ant-test\nCONFIRMATION_CODE=4719\nN8N_WEBHOOK_URL="https://n8n.example.com/webhook/x#1"\n`;
  const { code, stdout, stderr } = await world.run(
    ['init', '--file', file, '--set', 'PROJECTS_ROOT=/srv/my projects', '--set', 'MAX_ITERATIONS=7'],
    { input },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(file);
  expect(await read(file)).toEqual({
    ANTHROPIC_API_KEY: 'sk-ant-test',
    CONFIRMATION_CODE: '4719',
    N8N_WEBHOOK_URL: 'https://n8n.example.com/webhook/x#1',
    PROJECTS_ROOT: '/srv/my projects',
    MAX_ITERATIONS: '7',
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await world.run(['start', 'x', '--env-file', file, '--json'])).code).toBe(0);
  const [task] = await world.store.list();
  expect(task?.limits.turns).toBe(7);
});

test('a file that is there is left as it is', async () => {
  const file = place();
  await writeFile(file, 'MINE=1\n');
  expect(await world.run(['init', '--file', file], { input: 'MAX_ITERATIONS=7\n' })).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('is there already'),
  });
  expect(await readFile(file, 'utf8')).toBe('MINE=1\n');
});

test('at a terminal it asks, hides what is secret, and asks again for what cannot be', async () => {
  const file = place();
  const init = world.spawn(['init', '--file', file], { inTerminal: true });
  await init.saw(/Key for Claude.*: /);
  init.write('sk-ant-typed\r');
  await init.saw(/Confirmation code.*: /);
  init.write('12\r');
  await init.saw(/CONFIRMATION_CODE: .*4 to 12 digits[\s\S]*Confirmation code.*: /);
  init.write('471911\r');
  await init.saw(/n8n.*: /);
  init.write('\r');
  await init.saw(/projects.*: /);
  init.write('/srv/code\r');
  expect((await init.ended).code).toBe(0);
  expect(init.shown()).not.toMatch(/sk-ant-typed|471911/);
  expect(await read(file)).toEqual({
    ANTHROPIC_API_KEY: 'sk-ant-typed',
    CONFIRMATION_CODE: '471911',
    N8N_WEBHOOK_URL: '',
    PROJECTS_ROOT: '/srv/code',
  });
});

const MISTAKES: [what: string, args: string[], input: string, says: RegExp][] = [
  ['a secret among the arguments', ['--set', 'CONFIRMATION_CODE=4719'], '', /CONFIRMATION_CODE is a secret/],
  ['an unknown setting', ['--set', 'TARS_SPEED=9'], '', /no setting TARS_SPEED/],
  ['no pair', ['--set', 'MAX_ITERATIONS'], '', /NAME=VALUE/],
  [
    'several wrong values',
    ['--set', 'SANDBOX=perhaps'],
    'CONFIRMATION_CODE=x\n',
    /CONFIRMATION_CODE[\s\S]*SANDBOX[\s\S]*Nothing was written/,
  ],
];

test.each(MISTAKES)('%s: a clear answer, and nothing is written', async (_, args, input, says) => {
  const file = place();
  const answer = await world.run(['init', '--file', file, ...args], { input });
  expect(answer).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(says) });
  expect(answer.stderr).not.toContain('4719');
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a folder that is not there is said', async () => {
  expect(await world.run(['init', '--file', '/nowhere/at/all.env'])).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') });
});
