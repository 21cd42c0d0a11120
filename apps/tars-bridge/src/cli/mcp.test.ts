// tars mcp, as an assistant that starts it uses it: by the client of the official SDK's first line, which most assistants still speak with, and by today's.
import { afterEach, expect, test } from '@jest/globals';
import { Client as TodaysClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as TodaysTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { EXTENDED_FUNCTION_NAMES, FUNCTION_NAMES } from '@tars/core';
import { declarationsFor } from '../declarations/declarations.js';
import { BIN, CODE, useTars } from '../testing/use-tars.js';

const world = useTars();
const clients: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

const started = (more: readonly string[] = []) => ({
  command: process.execPath,
  args: [BIN, 'mcp', ...more],
  cwd: world.project,
  env: {
    PATH: process.env.PATH ?? '',
    HOME: world.dir,
    TARS_STATE_DIR: `${world.dir}/state`,
    PROJECTS_ROOT: `${world.dir}/projects`,
    CONFIRMATION_CODE: CODE,
  },
  stderr: 'ignore' as const,
});

async function connected(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  await client.connect(new StdioClientTransport(started()));
  return client;
}

/** The official client of today, which would show any form it is asked to; they are kept in `forms`. */
async function todays(more: readonly string[], forms: unknown[]): Promise<TodaysClient> {
  const client = new TodaysClient(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: 'auto' }, capabilities: { elicitation: { form: {} } } },
  );
  clients.push(client);
  client.setRequestHandler('elicitation/create', async (request) => {
    forms.push(request);
    return { action: 'decline' };
  });
  await client.connect(new TodaysTransport(started(more)));
  return client;
}

test('the tools are the functions as the bridge declares them, and a task is started in the folder one stands in', async () => {
  const client = await connected();
  const { tools } = await client.listTools();
  // The server names the dialect of its schemas, and an empty list where nothing is required.
  const plain = tools.map(({ inputSchema: { $schema: _, required = [], ...inputSchema }, execution: __, ...tool }) => ({
    ...tool,
    inputSchema: required.length === 0 ? inputSchema : { ...inputSchema, required },
  }));
  expect(plain).toEqual(declarationsFor('mcp', { extended: true }));
  const started = await client.callTool({ name: 'start_autonomous_coding', arguments: { goal: 'tidy up' } });
  expect(started).toMatchObject({ isError: false, structuredContent: { ok: true } });
  expect(await world.store.list()).toMatchObject([{ goal: 'tidy up', project: world.project }]);
});

test('a code given through it releases the command', async () => {
  const id = await world.started();
  await world.askForCode(id);
  const client = await connected();
  const arguments_ = { task_id: id, confirmation_code: CODE };
  expect(await client.callTool({ name: 'submit_background_confirmation', arguments: arguments_ })).toMatchObject({ isError: false });
  expect(await world.store.read(id)).toMatchObject({ confirmation: null, grant: { taskId: id } });
});

test("today's client over the same streams: tools, a task to read, and no form for the code", async () => {
  const id = await world.started();
  await world.askForCode(id);
  const forms: unknown[] = [];
  const client = await todays([], forms);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([...FUNCTION_NAMES, ...EXTENDED_FUNCTION_NAMES]);
  const checked = await client.callTool({ name: 'check_coding_progress', arguments: { task_id: id } });
  expect(checked).toMatchObject({ isError: false, structuredContent: { task: { awaiting_confirmation: true } } });
  const { contents } = await client.readResource({ uri: `tars://tasks/${id}` });
  expect(contents.map((content) => 'text' in content && JSON.parse(content.text))).toMatchObject([
    { task_id: id, confirmation: { command: 'rm old_backup.js' } },
  ]);
  const given = { task_id: id, confirmation_code: CODE };
  expect(await client.callTool({ name: 'submit_background_confirmation', arguments: given })).toMatchObject({ isError: false });
  expect(forms).toEqual([]);
});

test('a limited assistant is told of no function and no task, and can do nothing', async () => {
  const id = await world.started();
  const client = await todays(['--limited'], []);
  expect((await client.listTools()).tools).toEqual([]);
  expect(client.getInstructions()).toMatch(/not/);
  await expect(client.callTool({ name: 'cancel_coding_task', arguments: { task_id: id } })).rejects.toThrow();
  await expect(client.readResource({ uri: `tars://tasks/${id}` })).rejects.toThrow();
  expect((await world.store.read(id))?.state).toBe('queued');
});

test('it ends when the assistant leaves, and says how it is used', async () => {
  expect(await world.run(['mcp'])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await world.run(['mcp', 'now'])).toMatchObject({ code: 2, stderr: expect.stringContaining('takes no arguments') });
});
