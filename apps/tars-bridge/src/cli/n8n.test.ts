import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { useTars } from '../testing/use-tars.js';

const world = useTars();
const COMMITTED = join(import.meta.dirname, '../../../../deploy/n8n');
let folders = 0;
const place = () => join(world.dir, `workflows-${++folders}`);

test('every workflow is written as it is kept, and again without complaint', async () => {
  const folder = place();
  const names = (await readdir(COMMITTED)).sort();
  expect(names).toEqual(['tars-commands.json', 'tars-confirmations-channel.json', 'tars-confirmations-form.json', 'tars-updates.json']);
  for (const time of ['first', 'second']) {
    const { code, stdout } = await world.run(['n8n', 'export', folder]);
    expect({ time, code, stdout }).toEqual({ time, code: 0, stdout: names.map((name) => `${join(folder, name)}\n`).join('') });
  }
  for (const name of names) expect(await readFile(join(folder, name), 'utf8')).toBe(await readFile(join(COMMITTED, name), 'utf8'));
});

test('a workflow that somebody changed is left as it is, and nothing else is written beside it', async () => {
  const folder = place();
  await mkdir(folder);
  await writeFile(join(folder, 'tars-updates.json'), '{}');
  expect(await world.run(['n8n', 'export', folder])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('differs') });
  expect(await readdir(folder)).toEqual(['tars-updates.json']);
});

const settingsOf = async (folder: string, name: string): Promise<Record<string, string>> => {
  const { nodes } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
  const node = nodes.find((one: { name: string }) => one.name === 'Settings');
  return Object.fromEntries(
    node.parameters.assignments.assignments.map(({ name: key, value }: { name: string; value: string }) => [key, value]),
  );
};

test('what is given by options stands in the settings of each workflow, and is nothing else', async () => {
  const folder = place();
  const options = [
    '--channel',
    '1200000000000000001',
    '--users',
    '1200000000000000005;1200000000000000006',
    '--tars-url',
    'http://tars:5002/',
  ];
  expect((await world.run(['n8n', 'export', folder, ...options])).code).toBe(0);
  expect(await settingsOf(folder, 'tars-commands')).toEqual({
    discord_api: 'https://discord.com/api/v10',
    channel_id: '1200000000000000001',
    user_ids: '1200000000000000005, 1200000000000000006',
    tars_url: 'http://tars:5002',
  });
  expect(Object.keys(await settingsOf(folder, 'tars-updates'))).toEqual(['discord_api', 'channel_id']);
  for (const wrong of [
    ['--channel', '#tars'],
    ['--users', 'me'],
    ['--users', ','],
    ['--tars-url', '={{ 1 }}'],
    ['--tars-url', 'file:///x'],
  ])
    expect(await world.run(['n8n', 'export', place(), ...wrong])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(String(wrong[0])),
    });
});

test.each([[['n8n']], [['n8n', 'import', 'x']], [['n8n', 'export']], [['n8n', 'export', 'a', 'b']]])(
  'tars %j says how it is used',
  async (args) => {
    expect(await world.run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('tars n8n export DIR') });
  },
);
