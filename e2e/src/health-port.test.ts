// What a platform and Prometheus ask a worker that runs alone.
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '@tars/testkit';
import { openStage, type Stage } from './stage.js';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test('a worker lives, is ready once Redis hears of it, and tells its places', async () => {
  stage = await openStage({ turns: [{ text: 'nobody asks' }] });
  const port = await freePort();
  const worker = stage.spawnTars(['worker'], { HEALTH_PORT: String(port), WORKER_CONCURRENCY: '3', LOG_FORMAT: 'json' });
  await worker.saw(/worker ready/);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  expect([(await ask('/livez')).status, (await ask('/readyz')).status]).toEqual([200, 200]);
  const text = await (await ask('/metrics')).text();
  expect(text.split('\n')).toEqual(
    expect.arrayContaining(['tars_worker_ready 1', 'tars_worker_own_slots{state="busy"} 0', 'tars_worker_own_slots{state="free"} 3']),
  );
  expect(text).toMatch(/^tars_build_info\{service="worker",version="[\d.]+",node="v[\d.]+"\} 1$/m);
});
