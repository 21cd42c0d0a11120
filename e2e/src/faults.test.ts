// The rig of e2e/faults in short: every commit point struck once before and once after, and ends that must be true.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { observe } from './observed.js';

/** On a machine that does nothing else a minute is enough. */
const TIMEOUT_MS = 10 * 60_000;

const run = async (program: string, args: readonly string[]) => {
  const file = fileURLToPath(new URL(`../faults/${program}.mjs`, import.meta.url));
  const { code, stdout, stderr } = await observe(spawn(process.execPath, [file, ...args])).ended;
  return { code, told: `${stdout}\n${stderr}` };
};

test(
  'killed before and after every commit, at 60 more places, and with Redis killed thrice: nothing lost, nothing done twice, nothing left',
  async () => {
    const { code, told } = await run('main', ['--sweep', '--kills', '84', '--seed', '7']);
    expect(told).toMatch(/\b3 redis\b/);
    expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' });
  },
  TIMEOUT_MS,
);

test(
  'cancels leave nothing alive, limits hold, and what is queued when everything dies is done once',
  async () => {
    const { code, told } = await run('endings', ['--cancels', '10', '--deadlines', '5', '--queued', '8']);
    expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' });
  },
  TIMEOUT_MS,
);

test('every mutation that the rig must notice still finds its place in the product', async () => {
  expect(await run('mutants', ['--check'])).toMatchObject({ code: 0 });
});
