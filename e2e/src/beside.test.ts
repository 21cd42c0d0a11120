// A task run on the spot while everything of TARS runs already.
import { afterEach, expect, test } from '@jest/globals';
import { finish } from './projects.js';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('tars run does its task beside a running tars up, whose port is taken', async () => {
  stage = await openStage({ conversations: [{ name: 'only', turns: [{ calls: [finish('Nothing to do')] }] }] });
  const project = await stage.project('sums', {});
  const { port } = new URL(await stage.up());
  const run = await stage.tars(['run', 'Look around', '--project', project], { env: { WEBHOOK_PORT: port } });
  expect(run.stderr).toContain('the port is taken');
  expect(run.stdout).toContain('🎉 Task complete!');
  expect(run.code).toBe(0);
});
