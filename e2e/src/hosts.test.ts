// The rig of several machines in short: each kind of cut once, longer than a lease that is made shorter than the product's.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test as always, expect } from '@jest/globals';
import { observe } from './observed.js';

const TIMEOUT_MS = 5 * 60_000;

const canCut = spawnSync('unshare', ['--net', 'ip', 'link', 'add', 'outside', 'type', 'bridge']).status === 0;
/** Needs root and iproute2. Demanded where nothing may be missing, as in CI; elsewhere reported as skipped. */
const test = canCut || process.env.TARS_REQUIRE_ALL === '1' ? always : always.skip;

test(
  'two hosts, each cut off in the middle of its tasks and mended: nothing lost, nothing done twice, nothing done by both',
  async () => {
    const rig = fileURLToPath(new URL('../faults/hosts.mjs', import.meta.url));
    const { code, stdout, stderr } = await observe(spawn(process.execPath, [rig, '--cuts', '4', '--seed', '3', '--lease', '6', '--long']))
      .ended;
    const told = `${stdout}\n${stderr}`;
    expect(told).toMatch(/^4 cuts .*1 pulled, 1 closed, 1 mute, 1 deaf/m);
    expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' });
  },
  TIMEOUT_MS,
);
