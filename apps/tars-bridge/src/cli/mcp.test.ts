// tars mcp, as an assistant that starts it uses it: the client is that of the official SDK's first line, which most assistants still speak with.
import { afterEach, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { declarationsFor } from '../declarations/declarations.js';
import { BIN, CODE, useTars } from '../testing/use-tars.js';

const world = useTars();
const clients: Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

async function connected(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  clients.push(client);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: world.dir,
    TARS_STATE_DIR: `${world.dir}/state`,
    PROJECTS_ROOT: `${world.dir}/projects`,
    CONFIRMATION_CODE: CODE,
  };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [BIN, 'mcp'], cwd: world.project, env, stderr: 'ignore' }),
  );
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

test('it ends when the assistant leaves, and says how it is used', async () => {
  expect(await world.run(['mcp'])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await world.run(['mcp', 'now'])).toMatchObject({ code: 2, stderr: expect.stringContaining('takes no arguments') });
});
