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
const configFor = (anthropicBaseUrl: string | null, claudeContextTokens: number | null = null) => ({
  claudeContextTokens,
  anthropicApiKey: 'k',
  anthropicBaseUrl,
  claudeModel: 'first',
  claudeModelFallbacks: ['second', 'third'],
});

async function chosen(models: Models, path = '', contextTokens: number | null = null) {
  claude = await startFakeClaude({ scenario: { models, turns: [{ text: 'x' }] } });
  const logged: string[] = [];
  const log = (msg: string) => logged.push(msg);
  return { ...(await chooseModel(configFor(claude.url + path, contextTokens), { warn: log, error: log })), logged };
}

test.each<[string, Models, string, number]>([
  ['there', ['first', 'second'], 'first', 0],
  ['deprecated', [{ id: 'first', lifecycle: 'deprecated' }, 'second'], 'first', 1],
  [
    'retired, and the next will be',
    [
      { id: 'first', lifecycle: 'retired' },
      { id: 'second', lifecycle: 'deprecated' },
    ],
    'second',
    2,
  ],
  ['retired', [{ id: 'first', lifecycle: 'retired' }, 'second'], 'second', 1],
  ['unknown, like the next', ['third'], 'third', 1],
  ['unknown, like all others', ['other'], 'first', 1],
])('where the configured model is %s', async (_, models, model, lines) => {
  const { model: used, logged } = await chosen(models);
  expect(used).toBe(model);
  expect(logged).toHaveLength(lines);
});

test('the size of the window is what the service says of the model, the setting where there is one, and else what every model takes', async () => {
  const big = { id: 'second', max_input_tokens: 1_000_000 };
  expect(await chosen([{ id: 'first', lifecycle: 'retired' }, big])).toMatchObject({ model: 'second', contextTokens: 1_000_000 });
  await claude?.close();
  expect(await chosen([{ ...big, id: 'first' }], '', 50_000)).toMatchObject({ contextTokens: 50_000 });
  await claude?.close();
  expect(await chosen([{ id: 'first', max_input_tokens: null }])).toMatchObject({ contextTokens: 200_000 });
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
  const expected = { model: 'first', contextTokens: 200_000 };
  expect(await chooseModel(configFor(url), { warn: log, error: log })).toEqual(expected);
  await new Promise((resolve) => server.close(resolve));
  expect(await chooseModel(configFor(url), { warn: log, error: log })).toEqual(expected);
  expect(logged).toEqual([]);
});
