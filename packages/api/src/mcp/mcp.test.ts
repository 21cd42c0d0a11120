import { afterEach, expect, test } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { EXTENDED_FUNCTION_NAMES, FUNCTION_NAMES } from '@tars/core';
import type { StartedApi } from '../start.js';
import { CODE, SHARED, TOKENS, useApi } from '../testing/use-api.js';

const world = useApi();
const clients: Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

/** `auto` speaks as today's assistants do, `legacy` as those of 2025. */
type Era = 'auto' | 'legacy';

async function connected(era: Era = 'auto', { serving = world.api, token }: { serving?: StartedApi; token?: string } = {}) {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  clients.push(client);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${serving.url}/mcp`), { requestInit: { headers } }));
  return client;
}

const wish = { goal: 'build a calculator', project_path: 'calculator' };
const call = (client: Client, name: string, args: Record<string, unknown>) => client.callTool({ name, arguments: args });

test.each<Era>(['auto', 'legacy'])('an assistant (%s) starts a task, asks for it, and reads it as a resource', async (era) => {
  const client = await connected(era);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([...FUNCTION_NAMES, ...EXTENDED_FUNCTION_NAMES]);
  const started = await call(client, 'start_autonomous_coding', wish);
  expect(started).toMatchObject({ isError: false, structuredContent: { ok: true, status: 'queued' } });
  const [id] = (await world.control.store.list()).map((task) => task.id);
  expect(started.content).toMatchObject([{ type: 'text', text: expect.stringContaining(`#${id}`) }]);
  const { resources } = await client.listResources();
  expect(resources).toMatchObject([{ uri: `tars://tasks/${id}`, name: id, title: `${id}: build a calculator`, description: 'queued' }]);
  const { contents } = await client.readResource({ uri: `tars://tasks/${id}` });
  expect(contents.map((content) => 'text' in content && JSON.parse(content.text))).toEqual([(await world.get(`/api/tasks/${id}`)).body]);
  await expect(client.readResource({ uri: 'tars://tasks/zzzz' })).rejects.toThrow(/not found/i);
});

test('a code comes as an argument of its tool, is checked like any other, and is asked for by no form', async () => {
  const client = await connected();
  const { id } = await world.waiting();
  const wrong = await call(client, 'submit_background_confirmation', { task_id: id, confirmation_code: '0000' });
  expect(wrong).toMatchObject({ isError: true, structuredContent: { reasonCode: 'wrong_code' } });
  const right = await call(client, 'submit_background_confirmation', { task_id: id, confirmation_code: CODE });
  expect(right).toMatchObject({ isError: false, structuredContent: { ok: true } });
  expect(JSON.stringify([wrong, right])).not.toContain(CODE);
  expect(JSON.stringify(await world.control.audit.read({ since: 0 }))).toContain('wrong_code');
});

test('what cannot be used is said, and starts nothing', async () => {
  const client = await connected();
  const answers = await Promise.all([
    call(client, 'start_autonomous_coding', {}),
    call(client, 'start_autonomous_coding', { ...wish, surprising: 1 }),
    call(client, 'start_autonomous_coding', { goal: 5 }),
    call(client, 'cancel_coding_task', { task_id: 'zzzz' }),
  ]);
  expect(answers.map(({ isError }) => isError)).toEqual([true, true, true, true]);
  await expect(call(client, 'surprising', {})).rejects.toThrow();
  expect(await world.control.store.list()).toEqual([]);
});

test('the door is that of the rest of the api', async () => {
  await expect(connected('auto', { serving: world.locked })).rejects.toThrow();
  await expect(connected('auto', { serving: world.locked, token: TOKENS.WEBHOOK_TOKEN })).rejects.toThrow();
  expect((await (await connected('auto', { serving: world.locked, token: TOKENS.API_TOKEN })).listTools()).tools).toHaveLength(10);
  expect((await world.open('/mcp', { method: 'POST', body: '{', headers: { origin: 'https://elsewhere.example' } })).status).toBe(401);
  expect((await world.open('/mcp', { method: 'POST', body: '{' })).status).toBe(400);
  expect((await world.open('/mcp')).status).toBe(405);
});

test('each of several people finds their own tasks only', async () => {
  const anna = await connected('auto', { serving: world.shared, token: 'api-token-of-anna' });
  const bert = await connected('auto', { serving: world.shared, token: 'api-token-of-bert' });
  const id = await world.running('anna');
  expect((await anna.listResources()).resources).toHaveLength(1);
  expect((await bert.listResources()).resources).toEqual([]);
  await expect(bert.readResource({ uri: `tars://tasks/${id}` })).rejects.toThrow(/not found/i);
  expect(await call(bert, 'check_coding_progress', { task_id: id })).toMatchObject({ isError: true });
  expect(SHARED.API_TOKENS).toContain('anna');
});
