import Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from '@jest/globals';
import type { ScenarioInput } from './scenario.js';
import { type FakeClaude, startFakeClaude } from './server.js';

const open: FakeClaude[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((fake) => fake.close()));
});

async function start(scenario: ScenarioInput) {
  const fake = await startFakeClaude({ scenario });
  open.push(fake);
  return { fake, client: new Anthropic({ apiKey: 'key-of-a-test', baseURL: fake.url, maxRetries: 0, logLevel: 'off' }) };
}
const GOAL: Anthropic.MessageParam = { role: 'user', content: 'Goal: build it\nProject: /home/tars/calc' };
const ask = (...messages: Anthropic.MessageParam[]) => ({ model: 'claude-sonnet-5-5', max_tokens: 1_000, messages });
const replied = ({ content }: Anthropic.Message): Anthropic.MessageParam => ({
  role: 'assistant',
  content: content as Anthropic.ContentBlockParam[],
});
const answered = (id: string, content: string, isError = false): Anthropic.MessageParam => ({
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }],
});
const callIn = (message: Anthropic.Message) => {
  const block = message.content.find(({ type }) => type === 'tool_use');
  if (block?.type !== 'tool_use') throw new Error('The reply holds no tool call.');
  return block;
};

const RUN = { name: 'bash', input: { command: 'npm test', reason: 'see whether “it” works — 100 %' } };
const TWO_TURNS: ScenarioInput = {
  turns: [
    { text: 'Running the tests.', calls: [RUN] },
    { expect: { tool: 'bash', tool_result: 'fail 0$', is_error: false }, text: 'All green.' },
  ],
};

test('a streamed tool call is put together by the SDK from its pieces', async () => {
  const { client } = await start(TWO_TURNS);
  const pieces: string[] = [];
  const message = await client.messages
    .stream(ask(GOAL))
    .on('inputJson', (piece) => pieces.push(piece))
    .finalMessage();
  expect(message.content[0]).toMatchObject({ type: 'text', text: 'Running the tests.' });
  expect(callIn(message)).toMatchObject(RUN);
  expect(message.stop_reason).toBe('tool_use');
  expect(message.usage.output_tokens).toBeGreaterThan(1);
  expect(pieces.length).toBeGreaterThan(2);
});

test('plain and streamed replies say the same', async () => {
  const { client } = await start(TWO_TURNS);
  const streamed = await client.messages.stream(ask(GOAL)).finalMessage();
  const plain = await client.messages.create(ask(GOAL));
  expect(plain.content).toEqual(streamed.content);
  expect(plain.stop_reason).toEqual(streamed.stop_reason);
});

test('the conversation decides the turn, so a repeated request gets the same answer', async () => {
  const { fake, client } = await start(TWO_TURNS);
  const first = await client.messages.create(ask(GOAL));
  const again = await client.messages.create(ask(GOAL));
  expect(again.content).toEqual(first.content);
  const second = await client.messages.create(ask(GOAL, replied(first), answered(callIn(first).id, '# pass 5\n# fail 0\n')));
  expect(second.content).toMatchObject([{ type: 'text', text: 'All green.' }]);
  expect(fake.requests().map(({ turn }) => turn)).toEqual([1, 1, 2]);
  expect(fake.failures()).toEqual([]);
});

test('a client that did not send what the scenario expects gets a 400 that is kept as a failure', async () => {
  const { fake, client } = await start(TWO_TURNS);
  const first = await client.messages.create(ask(GOAL));
  const refused = client.messages.create(ask(GOAL, replied(first), answered(callIn(first).id, '# fail 2')));
  await expect(refused).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' });
  expect(fake.failures()).toEqual([
    expect.stringMatching(/turn 2 .*tool result of bash that is no error matching .*fail 0.*got bash: "# fail 2"/),
  ]);
});

test('asking beyond the last turn is a failure', async () => {
  const { fake, client } = await start({ turns: [{ text: 'That is all.' }] });
  const only = await client.messages.create(ask(GOAL));
  await expect(client.messages.create(ask(GOAL, replied(only), { role: 'user', content: 'And now?' }))).rejects.toMatchObject({
    status: 400,
  });
  expect(fake.failures()[0]).toMatch(/no turn 2/);
});

test('a branch answers what the client met, and its own turns replace the rest', async () => {
  const { client } = await start({
    turns: [
      { calls: [RUN] },
      {
        text: 'It ran.',
        branches: [
          {
            when: { is_error: true, tool_result: 'denied' },
            calls: [{ name: 'ask_user', input: { question: 'Why?' } }],
            turns: [{ text: 'I see.' }],
          },
        ],
      },
      { text: 'Never after a denial.' },
    ],
  });
  const first = await client.messages.create(ask(GOAL));
  const denied = [GOAL, replied(first), answered(callIn(first).id, 'denied by the user', true)];
  const second = await client.messages.create(ask(...denied));
  expect(callIn(second).name).toBe('ask_user');
  const third = await client.messages.create(ask(...denied, replied(second), answered(callIn(second).id, 'because')));
  expect(third.content).toMatchObject([{ text: 'I see.' }]);
  const allowed = await client.messages.create(ask(GOAL, replied(first), answered(callIn(first).id, 'done')));
  expect(allowed.content).toMatchObject([{ text: 'It ran.' }]);
});

test('two tasks at once each have their own conversation, chosen by what they open with', async () => {
  const { fake, client } = await start({
    conversations: [
      { name: 'shop', match: 'Goal: .*shop', turns: [{ text: 'A shop.' }] },
      { name: 'rest', turns: [{ text: 'Something else.' }] },
    ],
  });
  const shop = await client.messages.create(ask({ role: 'user', content: 'Goal: a shop' }));
  const rest = await client.messages.create(ask(GOAL));
  expect([shop, rest].map(({ content }) => content[0])).toMatchObject([{ text: 'A shop.' }, { text: 'Something else.' }]);
  expect(fake.requests().map(({ conversation }) => conversation)).toEqual(['shop', 'rest']);
});

test('placeholders are filled from what the client sent, and a missing one is a failure', async () => {
  const { fake, client } = await start({
    captures: { port: 'listening on (\\d+)' },
    turns: [
      { repeat: 2, calls: [{ name: 'bash', input: { command: 'ls {{project}}', args: ['turn {{turn}}'] }, id: 'toolu_{{turn}}' }] },
      { calls: [{ name: 'bash', input: { command: 'curl localhost:{{port}}' } }] },
    ],
  });
  const first = await client.messages.create(ask(GOAL));
  expect(callIn(first)).toMatchObject({ id: 'toolu_1', input: { command: 'ls /home/tars/calc', args: ['turn 1'] } });
  const second = await client.messages.create(ask(GOAL, replied(first), answered('toolu_1', 'ok')));
  expect(callIn(second)).toMatchObject({ id: 'toolu_2', input: { args: ['turn 2'] } });
  const upTo = [GOAL, replied(first), answered('toolu_1', 'ok'), replied(second)];
  const third = await client.messages.create(ask(...upTo, answered('toolu_2', 'listening on 8123')));
  expect(callIn(third).input).toEqual({ command: 'curl localhost:8123' });
  await expect(client.messages.create(ask(...upTo, answered('toolu_2', 'silence')))).rejects.toMatchObject({ status: 400 });
  expect(fake.failures()).toEqual([expect.stringContaining('{{port}}')]);
});

test('a reply that ran into max_tokens ends within its tool call', async () => {
  const { client } = await start({ turns: [{ calls: [RUN], stop_reason: 'max_tokens' }] });
  const message = await client.messages.stream(ask(GOAL)).finalMessage();
  expect(message.stop_reason).toBe('max_tokens');
  expect(callIn(message).input).not.toEqual(RUN.input);
});

test('models have a place in life: a retired one is known and does not answer', async () => {
  const { client } = await start({
    models: ['claude-sonnet-5-5', { id: 'claude-old', lifecycle: 'retired' }],
    turns: [{ text: 'Hi.' }],
  });
  expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['claude-sonnet-5-5']);
  expect((await client.models.list({ lifecycle: ['retired'] })).data.map(({ id }) => id)).toEqual(['claude-old']);
  expect(await client.models.retrieve('claude-old')).toMatchObject({ lifecycle: 'retired' });
  await expect(client.models.retrieve('claude-9')).rejects.toMatchObject({ status: 404 });
  await expect(client.messages.create({ ...ask(GOAL), model: 'claude-old' })).rejects.toMatchObject({
    status: 404,
    type: 'not_found_error',
  });
  expect((await client.messages.create(ask(GOAL))).content).toMatchObject([{ text: 'Hi.' }]);
});

test('a wrong key is refused, and no key is written down', async () => {
  const { fake, client } = await start({ api_key: 'the-right-one', turns: [{ text: 'Hi.' }] });
  await expect(client.messages.create(ask(GOAL))).rejects.toMatchObject({ status: 401, type: 'authentication_error' });
  const right = new Anthropic({ apiKey: 'the-right-one', baseURL: fake.url, maxRetries: 0 });
  expect((await right.messages.create(ask(GOAL))).content).toMatchObject([{ text: 'Hi.' }]);
  expect(JSON.stringify(fake.requests())).not.toMatch(/the-right-one|key-of-a-test/);
});

test('the log shows every request over HTTP, with its body', async () => {
  const { fake, client } = await start(TWO_TURNS);
  await client.messages.countTokens({ model: 'm', messages: [GOAL] });
  await client.messages.create(ask(GOAL));
  const { requests, failures } = (await (await fetch(`${fake.url}/_log`)).json()) as {
    requests: { path: string; body: unknown }[];
    failures: string[];
  };
  expect(requests.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens', '/v1/messages']);
  expect(requests[1]?.body).toMatchObject({ messages: [{ role: 'user' }] });
  expect(failures).toEqual([]);
});

test('a scenario that is not valid is refused with the place of every problem', async () => {
  const wrong: ScenarioInput = JSON.parse('{"turns":[{"txt":"typo"},{"expect":{"tool_result":"("}},{"fault":{"kind":"explode"}}]}');
  await expect(startFakeClaude({ scenario: wrong })).rejects.toThrow(/turns\.0\.txt[\s\S]*turns\.1\.expect[\s\S]*turns\.2\.fault\.kind/);
  await expect(startFakeClaude({ scenario: {} })).rejects.toThrow(/either turns or conversations/);
});
