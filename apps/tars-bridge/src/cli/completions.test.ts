import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { useTars } from '../testing/use-tars.js';
import { COMMANDS } from './commands.js';

const world = useTars();
const run = promisify(execFile);

/** What bash offers at the end of the line. */
async function offered(...line: string[]): Promise<string[]> {
  const { stdout: script } = await world.run(['completions', 'bash']);
  const file = join(world.dir, 'tars.bash');
  await writeFile(file, script);
  const ask = `source "$1"; shift; COMP_WORDS=(tars "$@"); COMP_CWORD=$#; _tars; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', ask, 'bash', file, ...line], { cwd: world.dir });
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands, the options of each, and folders where a folder belongs', async () => {
  expect(await offered('st')).toEqual(['start', 'status']);
  expect(await offered('start', '--m')).toEqual(['--minimal', '--minutes']);
  expect(await offered('cancel', '--m')).toEqual([]);
  await mkdir(join(world.dir, 'a folder'), { recursive: true });
  expect(await offered('start', '--project', 'a')).toEqual(['a folder']);
});

test.each(['bash', 'zsh', 'fish'])('the script for %s knows every command and every option', async (shell) => {
  const { code, stdout, stderr } = await world.run(['completions', shell]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const { name, load } of COMMANDS) {
    expect(stdout).toMatch(new RegExp(`\\b${name}\\b`));
    for (const option of Object.keys((await load()).options)) expect(stdout).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
  }
});

test('another shell is refused', async () => {
  expect(await world.run(['completions', 'csh'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('bash|zsh|fish') });
});
