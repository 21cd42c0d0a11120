import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { waitUntil } from '@tars/testkit';
import { BIN, PTY, useTars } from '../testing/use-tars.js';
import { COMMANDS } from './commands.js';

const world = useTars();
const run = promisify(execFile);

/** Where the command lies under its own name, as the scripts call it. */
async function pathWithTars(): Promise<string> {
  const bin = join(world.dir, 'bin');
  await mkdir(bin, { recursive: true });
  await symlink(BIN, join(bin, 'tars')).catch(() => {});
  return `${bin}:${process.env.PATH}`;
}

const environment = async () => ({
  PATH: await pathWithTars(),
  HOME: world.dir,
  TERM: 'dumb',
  TARS_STATE_DIR: join(world.dir, 'state'),
  PROJECTS_ROOT: join(world.dir, 'projects'),
});

const scripts = new Map<string, string>();
async function scriptFor(shell: string): Promise<string> {
  const file = scripts.get(shell) ?? join(world.dir, `tars.${shell}`);
  if (!scripts.has(shell)) await writeFile(file, (await world.run(['completions', shell])).stdout);
  scripts.set(shell, file);
  return file;
}

/** What bash offers at the end of the line. */
async function offered(...line: string[]): Promise<string[]> {
  const ask = `source "$1"; shift; COMP_WORDS=(tars "$@"); COMP_CWORD=$#; _tars; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', ask, 'bash', await scriptFor('bash'), ...line], { cwd: world.dir, env: await environment() });
  return stdout.split('\n').filter((word) => word !== '');
}

const isThere = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;
const withShell = (shell: string) => (isThere(shell) || process.env.TARS_REQUIRE_ALL === '1' ? test : test.skip);

test('bash completes commands, the options of each, and folders where a folder belongs', async () => {
  expect(await offered('st')).toEqual(['start', 'status']);
  expect(await offered('start', '--m')).toEqual(['--minimal', '--minutes']);
  expect(await offered('cancel', '--m')).toEqual([]);
  await mkdir(join(world.dir, 'a folder'), { recursive: true });
  expect(await offered('start', '--project', 'a')).toEqual(['a folder']);
});

test('bash completes the tasks there are, and words where a command knows them', async () => {
  const ids = [await world.started(), await world.started()];
  expect(await offered('cancel', '')).toEqual(expect.arrayContaining(ids));
  expect(await offered('updates', ids[0] ?? '', 'd')).toEqual(['detailed']);
  expect(await offered('list', '--state', 'f')).toEqual(['finished', 'failed']);
  expect(await offered('completions', 'z')).toEqual(['zsh']);
});

withShell('fish')('fish completes the same, with what each is', async () => {
  const id = await world.started();
  const script = await scriptFor('fish');
  const ask = async (line: string) => {
    const { stdout } = await run('fish', ['--no-config', '-c', `source ${script}; complete -C ${JSON.stringify(line)}`], {
      env: await environment(),
    });
    return stdout.split('\n').filter((text) => text !== '');
  };
  expect((await ask('tars st')).map((text) => text.split('\t')[0])).toEqual(['start', 'status']);
  expect(await ask('tars cancel ')).toEqual([`${id}\tqueued, tidy up`]);
  expect((await ask(`tars updates ${id} `)).sort()).toEqual(['detailed', 'minimal']);
  expect(await ask('tars list --state fa')).toEqual(['failed\tOnly tasks of this state.']);
  expect((await ask('tars start --min')).map((text) => text.split('\t')[0])).toEqual(['--minimal', '--minutes']);
});

withShell('zsh')('zsh completes the same where a person presses Tab', async () => {
  const id = await world.started();
  const script = await scriptFor('zsh');
  const shell = spawn(PTY[0] ?? '', [...PTY.slice(1), 'zsh', '-f', '-i'], { env: await environment(), cwd: world.dir });
  let shown = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const type = async (text: string, sees: string): Promise<void> => {
    shown = '';
    shell.stdin.write(text);
    await waitUntil(() => stripVTControlCharacters(shown).includes(sees), {
      what: `${sees} in ${JSON.stringify(shown)}`,
      timeoutMs: 20_000,
    });
  };
  try {
    await type(`PS1='> '; autoload -U compinit && compinit -u -D && source ${script} && echo re''ady\n`, 'ready');
    await type('tars can\t', 'tars cancel');
    await type('\t', id);
    await type('\u0015tars list --state pa\t', 'paused');
    await type(`\u0015tars updates ${id} d\t`, 'detailed');
    await type('\u0015tars start --isol\t', '--isolate');
  } finally {
    shell.kill('SIGKILL');
  }
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
