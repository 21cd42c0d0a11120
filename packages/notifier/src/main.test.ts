import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { publishPrivateRedis } from '@tars/core/redis';
import { freePort, type TempDir, tempDir, waitUntil } from '@tars/testkit';
import { createWorld, edit, editing, type World } from './testing/world.js';

/** The built package: `tsc -b` comes first. */
const BIN = join(__dirname, '../bin/tars-notifier.mjs');

let world: World;
let state: TempDir;
const children: ChildProcess[] = [];
beforeEach(async () => {
  world = await createWorld();
  state = await tempDir();
  await publishPrivateRedis(state.path, world.server.socket);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await world.close();
  await state.remove();
});

function start(env: Record<string, string>): { child: ChildProcess; stderr(): string; exit: Promise<number | null> } {
  const child = spawn(process.execPath, [BIN], {
    env: { PATH: process.env.PATH ?? '', HOME: state.path, TARS_STATE_DIR: state.path, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  const told: string[] = [];
  child.stderr?.on('data', (chunk) => told.push(String(chunk)));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, stderr: () => told.join(''), exit };
}

test('it delivers, answers for its health and ends with 0 when told to', async () => {
  const port = await freePort();
  const { child, exit } = start({ N8N_WEBHOOK_URL: `${world.n8n.url}/webhook/tars`, HEALTH_PORT: String(port) });
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  await waitUntil(async () => (await ask('/readyz')).status === 200, { timeoutMs: 15_000 });
  await world.startTask('a7f3');
  await world.happens('a7f3', edit(1));
  await world.idle();
  expect(world.told('a7f3').slice(1)).toEqual(editing(1));
  expect(await ask('/livez')).toEqual({ status: 200, text: '{"status":"ok"}' });
  expect((await ask('/metrics')).text).toContain('tars_notifications_total{transport="n8n",outcome="delivered"} 2');
  expect((await ask('/metrics')).text).toMatch(/^tars_last_delivery_timestamp_seconds\{transport="n8n"\} \d{10}/m);
  world.n8n.faults({ status: 503 });
  await world.happens('a7f3', edit(2));
  const waiting = await waitUntil(async () => {
    const { text } = await ask('/metrics');
    return /^tars_outbox_tasks\{transport="n8n"\} 1$/m.test(text) && text;
  });
  expect(waiting).toMatch(/^tars_outbox_oldest_seconds\{transport="n8n"\} [\d.]+$/m);
  expect(waiting).toMatch(/^tars_outbox_given_up\{transport="n8n"\} 0$/m);
  world.n8n.faults({});
  expect((await ask('/other')).status).toBe(404);

  await world.server.kill();
  expect((await waitUntil(async () => (await ask('/readyz')).status === 503 && ask('/readyz'))).text).toContain('redis_unreachable');
  expect((await ask('/metrics')).text).not.toContain('tars_outbox');
  expect((await ask('/livez')).status).toBe(200);
  await world.server.restart();
  await waitUntil(async () => (await ask('/readyz')).status === 200);

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
}, 30_000);

test('wrong settings are named all at once, with exit code 2', async () => {
  const { exit, stderr } = start({ N8N_WEBHOOK_URL: 'not a url', FEED_STYLE: 'loud' });
  expect(await exit).toBe(2);
  expect(stderr()).toContain('N8N_WEBHOOK_URL');
  expect(stderr()).toContain('FEED_STYLE');
}, 15_000);

test('a Redis that does not answer is named, with exit code 69', async () => {
  const port = await freePort();
  const { exit, stderr } = start({ REDIS_HOST: '127.0.0.1', REDIS_PORT: String(port) });
  expect(await exit).toBe(69);
  expect(stderr()).toContain(`127.0.0.1:${port}`);
}, 15_000);
