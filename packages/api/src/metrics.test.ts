import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { FAMILIES } from '@tars/core';
import { announce } from '@tars/core/redis';
import { cancelled, TOKENS, useApi } from './testing/use-api.js';

const world = useApi();
const figures = async (): Promise<string> => (await world.open('/metrics')).text();
/** A worker that lives, two of whose three places are taken. */
const WORKER = { id: 'w1', host: 'here', pool: '', roots: ['/'], slots: 3, busy: 2, sandbox: 'bwrap', key: true, model: 'm' };
const ALERTS = join(import.meta.dirname, '../../../deploy/prometheus');
const withPromtool = spawnSync('promtool', ['--version']).error === undefined || process.env.TARS_REQUIRE_ALL === '1' ? test : test.skip;

test('how things stand is told as it is now, and what happened as it was counted', async () => {
  await announce(world.control.redis, 'worker', WORKER);
  await announce(world.control.redis, 'worker', { ...WORKER, id: 'w2', key: false });
  await world.running();
  await world.waiting();
  await world.happens(await world.running(), [cancelled()]);
  const response = await world.open('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  for (const sample of [
    'tars_tasks_accepted_total 3',
    'tars_tasks_total{outcome="cancelled"} 1',
    'tars_task_duration_seconds_count{outcome="cancelled"} 1',
    'tars_tasks_active{state="started"} 1',
    'tars_tasks_active{state="waiting"} 1',
    'tars_tasks_active{state="queued"} 0',
    'tars_workers{able="true"} 1',
    'tars_workers{able="false"} 1',
    'tars_worker_slots{pool="",state="busy"} 2',
    'tars_worker_slots{pool="",state="free"} 1',
    'tars_queue_jobs{pool="",state="waiting"} 0',
    'tars_outbox_tasks{transport="n8n"} 3',
    'tars_redis_durable 1',
  ]) {
    expect(text.split('\n')).toContain(sample);
  }
  expect(text).toMatch(/^tars_build_info\{service="api",version="[\d.]+",node="v\d+[\d.]+"\} 1$/m);
});

test('a Redis that would forget is seen', async () => {
  await world.control.redis.configSet('maxmemory-policy', 'allkeys-lru');
  expect(await figures()).toContain('\ntars_redis_durable 0\n');
  await world.control.redis.configSet('maxmemory-policy', 'noeviction');
});

test('no figure names a task', async () => {
  const ids = [await world.running(), (await world.waiting()).id];
  const text = await figures();
  for (const id of ids) expect(text).not.toContain(id);
});

test('the door is that of the rest, and one of several people is told nothing of all', async () => {
  expect((await world.open('/metrics', { serving: world.locked })).status).toBe(401);
  expect((await world.open('/metrics', { serving: world.locked, token: TOKENS.WEBHOOK_TOKEN })).status).toBe(401);
  expect((await world.open('/metrics', { serving: world.locked, token: TOKENS.API_TOKEN })).status).toBe(200);
  expect((await world.open('/metrics', { serving: world.shared, token: 'api-token-of-the-owner' })).status).toBe(200);
  expect((await world.open('/metrics', { serving: world.shared, token: 'api-token-of-anna' })).status).toBe(404);
});

withPromtool("Prometheus' own tool reads it, and finds nothing to complain of", async () => {
  await world.happens(await world.running(), [cancelled()]);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await figures(), encoding: 'utf8' });
  expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
});

withPromtool('the alerts say what they are meant to say', () => {
  for (const args of [
    ['check', 'rules', 'tars.rules.yml'],
    ['test', 'rules', 'tars.rules.test.yml'],
  ]) {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: ALERTS, encoding: 'utf8' });
    expect({ status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  }
});

test('no alert looks at a figure that does not exist', async () => {
  const named = readFileSync(join(ALERTS, 'tars.rules.yml'), 'utf8').match(/\btars_\w+(?=[{[)])/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  const families = (await figures()).match(/(?<=^# TYPE )\S+/gm) ?? [];
  const known = [...families, ...Object.keys(FAMILIES)].flatMap((name) => [name, `${name}_count`]);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
