import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { FAKE_DISCORD } from './fake-discord/ids.js';
import { withTempDir } from './temp-dir.js';

const bin = (name: string, args: string[]) =>
  spawn(process.execPath, [join(import.meta.dirname, '../bin', `${name}.mjs`), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

async function ready(child: ChildProcess): Promise<{ ready: boolean; port: number; url: string }> {
  if (child.stdout === null) throw new Error('The child has no stdout.');
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error('The child ended before it was ready.');
}

async function end(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  return (await ended)[0] as number | null;
}

test('tars-fake-claude says where it listens, logs each request and ends on SIGTERM', async () => {
  await withTempDir(async (dir) => {
    const [scenario, log] = [join(dir, 's.json'), join(dir, 'log.jsonl')];
    await writeFile(scenario, JSON.stringify({ turns: [{ text: 'Hello.' }] }));
    const child = bin('tars-fake-claude', ['--port', '0', '--scenario', scenario, '--log', log]);
    try {
      const line = await ready(child);
      expect(line).toEqual({ ready: true, port: expect.any(Number), url: `http://127.0.0.1:${line.port}` });
      const body = JSON.stringify({ model: 'm', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] });
      const reply = await fetch(`${line.url}/v1/messages`, { method: 'POST', body });
      expect(await reply.json()).toMatchObject({ content: [{ text: 'Hello.' }], stop_reason: 'end_turn' });
    } finally {
      expect(await end(child)).toBe(0);
    }
    expect(
      (await readFile(log, 'utf8'))
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toMatchObject([{ path: '/v1/messages', status: 200, turn: 1 }]);
  });
});

test('tars-fake-n8n writes deliveries to its file', async () => {
  await withTempDir(async (dir) => {
    const out = join(dir, 'out.jsonl');
    const child = bin('tars-fake-n8n', ['--port', '0', '--out', out]);
    try {
      const { url } = await ready(child);
      await fetch(`${url}/webhook/x`, { method: 'POST', body: '{"type":"task_started"}' });
      expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ body: { type: 'task_started' } });
    } finally {
      expect(await end(child)).toBe(0);
    }
  });
});

test('tars-fake-discord takes what is posted to its webhook', async () => {
  const child = bin('tars-fake-discord', ['--port', '0']);
  try {
    const { url } = await ready(child);
    const webhook = `${url}/api/webhooks/${FAKE_DISCORD.webhookId}/${FAKE_DISCORD.webhookToken}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${webhook}?wait=true`, { method: 'POST', headers, body: '{"content":"hello"}' });
    expect(await answer.json()).toMatchObject({ content: 'hello' });
  } finally {
    expect(await end(child)).toBe(0);
  }
});

test.each([
  ['tars-fake-claude', ['--scenario', '/nowhere/s.json'], /cannot be read/],
  ['tars-fake-claude', [], /Usage/],
  ['tars-fake-n8n', ['--port', 'many'], /not a port/],
  ['tars-fake-n8n', ['--prot', '1'], /Usage/],
  ['tars-fake-discord', ['--prot', '1'], /Usage/],
])('%s %j ends with 2 and says why', async (name, args, why) => {
  const child = bin(name, args);
  let told = '';
  child.stderr.on('data', (chunk) => {
    told += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(told).toMatch(why);
});
