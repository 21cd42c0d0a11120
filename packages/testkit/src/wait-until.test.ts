import { expect, test } from '@jest/globals';
import { waitUntil } from './wait-until.js';

test('the first truthy value ends the wait', async () => {
  let looks = 0;
  expect(await waitUntil(async () => ++looks >= 3 && `look ${looks}`)).toBe('look 3');
});

test('a look that throws is looked at again', async () => {
  let looks = 0;
  const value = await waitUntil(() => {
    if (++looks < 3) throw new Error('not there');
    return 'there';
  });
  expect(value).toBe('there');
});

test('the wait has an end, which says for what and why', async () => {
  const refused = () => {
    throw new Error('connection refused');
  };
  await expect(waitUntil(refused, { timeoutMs: 30, what: 'the port' })).rejects.toThrow(
    'Waited 30 ms for the port, in vain: connection refused',
  );
  await expect(waitUntil(() => false, { timeoutMs: 30 })).rejects.toThrow('Waited 30 ms for the condition, in vain');
});
