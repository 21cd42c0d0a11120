import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { connectRedis } from '@tars/core/redis';
import { startTestRedis } from './test-redis.js';

test('what was written is there after a crash and a restart, and gone after close', async () => {
  const redis = await startTestRedis();
  try {
    const before = await connectRedis(redis.endpoint);
    await before.set('kept', 'yes');
    await redis.kill('SIGKILL');
    before.destroy();
    await expect(connectRedis(redis.endpoint)).rejects.toThrow(/does not answer/);
    await redis.restart();
    const after = await connectRedis({ kind: 'url', url: redis.url });
    expect(await after.get('kept')).toBe('yes');
    after.destroy();
  } finally {
    await redis.close();
  }
  expect(existsSync(redis.dir)).toBe(false);
  expect(existsSync(redis.socket)).toBe(false);
});
