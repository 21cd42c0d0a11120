import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Control, openControl } from './control.js';
import { parseConfig } from './env/config.js';
import { confirmation, event } from './testing/samples.js';
import { useRedis } from './testing/use-redis.js';

const CODE = '4711';
const KEY = 'sk-ant-a-key-that-was-planted';
const at = useRedis();
let home: string;
let control: Control;

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'tars-control-')));
  const parsed = parseConfig({ HOME: home, TARS_STATE_DIR: join(home, 'state'), CONFIRMATION_CODE: CODE, ANTHROPIC_API_KEY: KEY });
  if (!parsed.ok) throw new Error(parsed.problems.join());
  control = await openControl({ config: parsed.config, endpoint: at.server.endpoint, onError: () => {} });
});
afterEach(async () => {
  await control.close();
  await rm(home, { recursive: true, force: true });
});

/** Everything that lies in this Redis, as it lies there. */
async function stored(): Promise<string> {
  const found = await Promise.all(
    (await at.redis.keys('*')).map(async (key) => {
      const dump = async () => {
        switch (await at.redis.type(key)) {
          case 'hash':
            return at.redis.hGetAll(key);
          case 'stream':
            return at.redis.xRange(key, '-', '+');
          case 'list':
            return at.redis.lRange(key, 0, -1);
          case 'zset':
            return at.redis.zRange(key, 0, -1);
          default:
            return at.redis.get(key);
        }
      };
      return `${key} ${JSON.stringify(await dump())}`;
    }),
  );
  return found.join('\n');
}

test('a code or a key said within a goal or a denial is stored nowhere', async () => {
  const answer = await control.functions.call(
    'start_autonomous_coding',
    { goal: `tidy up, the code is ${CODE} and the key ${KEY}`, project_path: 'sums' },
    { sessionId: 's1', channel: 'cli' },
  );
  expect(answer.text).toContain('Goal: tidy up, the code is [redacted] and the key [redacted]');
  const id = answer.task?.task_id ?? '';
  const asks = event('confirmation.requested', { confirmation: confirmation() });
  await control.store.commit(id, { as: { role: 'claim', nonce: 'n1' }, events: [event('task.claimed'), asks] });
  // What waits was asked for long ago by the samples' clock.
  await at.redis.hSet(`tars:task:${id}`, 'confirmation', JSON.stringify({ ...confirmation(), expiresAt: Date.now() + 60_000 }));
  expect(await control.confirmations.deny({ taskId: id, because: `not with ${CODE}`, channel: 'cli' })).toMatchObject({
    outcome: 'denied',
  });
  const everything = await stored();
  expect(everything).toContain('not with [redacted]');
  expect(everything).not.toContain(CODE);
  expect(everything).not.toContain(KEY);
});
