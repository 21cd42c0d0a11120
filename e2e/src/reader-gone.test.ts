// Output nobody reads any more: what a command runs on its user's behalf ends with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from '@jest/globals';
import { alive } from '@tars/core/redis';
import { taskProcesses } from './processes.js';
import { bash } from './projects.js';
import { openStage, type Stage, TARS } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('`tars run` whose reader has seen enough leaves neither a worker nor a command behind', async () => {
  stage = await openStage({
    conversations: [{ name: 'chatty', turns: [{ calls: [bash('echo {{turn}}, on and on', 'talk')], repeat: 40 }] }],
  });
  const project = await stage.project('sums', {});
  const line = `"$0" "$1" run "Talk" --project "$2" | head -1`;
  const pipe = spawn('sh', ['-c', line, process.execPath, TARS, project], {
    env: { ...stage.environment, WEBHOOK_PORT: '0' },
    stdio: 'ignore',
  });
  await once(pipe, 'exit');
  const [task] = await stage.store.list({ limit: 1 });
  expect(task?.goal).toBe('Talk');
  expect(taskProcesses(task?.id ?? '')).toEqual([]);
  expect(await alive(stage.redis, 'worker')).toEqual([]);
});
