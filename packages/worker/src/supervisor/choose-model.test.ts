import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type FakeClaude, startFakeClaude } from '@tars/testkit';
import { chooseModel } from './choose-model.js';

let claude: FakeClaude | null = null;
afterEach(async () => {
  await claude?.close();
  claude = null;
});

type Models = Parameters<typeof startFakeClaude>[0]['scenario']['models'];
const configFor = (anthropicBaseUrl: string | null) => ({
  anthropicApiKey: 'k',
  anthropicBaseUrl,
  claudeModel: 'first',
  claudeModelFallbacks: ['second', 'third'],
});

async function chosen(models: Models, path = ''): Promise<{ model: string; logged: string[] }> {
  claude = await startFakeClaude({ scenario: { models, turns: [{ text: 'x' }] } });
  const logged: string[] = [];
  const log = (msg: string) => logged.push(msg);
  return { model: await chooseModel(configFor(claude.url + path), { warn: log, error: log }), logged };
}

test.each<[string, Models, string, number]>([
  ['there', ['first', 'second'], 'first', 0],
  ['deprecated', [{ id: 'first', lifecycle: 'deprecated' }, 'second'], 'first', 0],
  ['retired', [{ id: 'first', lifecycle: 'retired' }, 'second'], 'second', 1],
  ['unknown, like the next', ['third'], 'third', 1],
  ['unknown, like all others', ['other'], 'first', 1],
])('where the configured model is %s', async (_, models, model, lines) => {
  const { model: used, logged } = await chosen(models);
  expect(used).toBe(model);
  expect(logged).toHaveLength(lines);
});

test('a base URL keeps its path', async () => {
  await chosen(['first'], '/gateway/');
  expect(claude?.requests().map(({ path }) => path)).toContain('/gateway/v1/models/first');
});

test('a gateway that does not know the question, and a service that is away, leave the configured model', async () => {
  const server = createServer((_, response) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"Not Found"}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logged: string[] = [];
  const log = (msg: string) => logged.push(msg);
  expect(await chooseModel(configFor(url), { warn: log, error: log })).toBe('first');
  await new Promise((resolve) => server.close(resolve));
  expect(await chooseModel(configFor(url), { warn: log, error: log })).toBe('first');
  expect(logged).toEqual([]);
});
