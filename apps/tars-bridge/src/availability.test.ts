import { expect, test } from '@jest/globals';
import { publishPrivateRedis } from '@tars/core/redis';
import { startTestRedis, waitUntil } from '@tars/testkit';
import { BridgeSettingsError } from './index.js';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const NOT_AVAILABLE = 'Background task system is not available, sir. Please ensure Redis is running.';
const host = useHost();

test('without Redis every call says so in the kept sentence, and the bridge heals once Redis is there', async () => {
  await host().gate.shut();
  const bridge = await host().bridge();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({
    ok: false,
    text: NOT_AVAILABLE,
    reasonCode: 'unavailable',
    retryable: true,
  });
  expect(bridge.functionDeclarations({ format: 'gemini' })).toHaveLength(4);
  expect(await bridge.hear(`my code is ${CODE}`, SESSION)).toStrictEqual({ kind: 'none', redacted: 'my code is [redacted]' });
  expect((await bridge.fetch(new Request('http://127.0.0.1/api/tasks'))).status).toBe(503);
  await host().gate.open();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: true, text: 'No background tasks running, sir.' });
});

test('Redis lost in between is said within five seconds, and forgotten once it is back', async () => {
  const bridge = await host().bridge();
  const id = await host().start(bridge);
  await host().gate.shut();
  const before = performance.now();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: false, text: NOT_AVAILABLE });
  expect(performance.now() - before).toBeLessThan(5_500);
  await host().gate.open();
  await waitUntil(async () => (await bridge.call('check_coding_progress', { task_id: id }, SESSION)).ok, { what: 'the bridge to heal' });
});

test('a Redis that accepts and never answers does not hold up the host', async () => {
  host().gate.hush();
  const before = performance.now();
  const bridge = await host().bridge();
  expect(await bridge.call('check_coding_progress', {}, SESSION)).toMatchObject({ ok: false, text: NOT_AVAILABLE });
  expect(performance.now() - before).toBeLessThan(9_000);
}, 15_000);

test('settings that cannot be used are refused at creation, all of them together', async () => {
  const refusal = await host()
    .bridge({}, { CONFIRMATION_CODE: 'abc', WEBHOOK_PORT: 'high' })
    .catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(BridgeSettingsError);
  expect((refusal as BridgeSettingsError).problems).toStrictEqual([
    expect.stringContaining('CONFIRMATION_CODE'),
    expect.stringContaining('WEBHOOK_PORT'),
  ]);
});

test('a Redis that comes back in another place is found there', async () => {
  const [first, second] = await Promise.all([startTestRedis(), startTestRedis()]);
  try {
    await publishPrivateRedis(host().stateDir, first.socket);
    const bridge = await host().bridge({}, { REDIS_URL: '' });
    const old = await host().start(bridge);
    await publishPrivateRedis(host().stateDir, second.socket);
    await first.kill();
    const nothing = await waitUntil(
      async () => {
        const answer = await bridge.call('check_coding_progress', { task_id: old }, SESSION);
        return answer.reasonCode === 'unknown_task' && answer;
      },
      { timeoutMs: 10_000, what: 'the other Redis' },
    );
    expect(nothing.text).toBe('Task not found, sir.');
    await host().start(bridge);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
}, 20_000);
