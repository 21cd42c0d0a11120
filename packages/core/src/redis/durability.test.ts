import { afterEach, expect, test } from '@jest/globals';
import { useRedis } from '../testing/use-redis.js';
import { isDurable } from './durability.js';

const at = useRedis();
afterEach(async () => {
  await at.redis.sendCommand(['ACL', 'SETUSER', 'default', '+@all']);
  await at.redis.configSet('maxmemory-policy', 'noeviction');
});

test('one that keeps everything is durable, one that throws away is not', async () => {
  expect(await isDurable(at.redis)).toBe(true);
  await at.redis.configSet('maxmemory-policy', 'allkeys-lru');
  expect(await isDurable(at.redis)).toBe(false);
});

test('one that does not let itself be asked is neither', async () => {
  await at.redis.sendCommand(['ACL', 'SETUSER', 'default', '-info']);
  expect(await isDurable(at.redis)).toBeNull();
});

test('one that answers and leaves out how it is set up is neither', async () => {
  const info = async () => 'redis_version:7.0.0\r\naof_enabled:1\r\n';
  expect(await isDurable({ info } as unknown as typeof at.redis)).toBeNull();
});
