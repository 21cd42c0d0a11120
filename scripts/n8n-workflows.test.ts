import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const FOLDER = join(import.meta.dirname, '../deploy/n8n');

type Item = { json: Record<string, unknown> };
type Node = {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  webhookId?: string;
  credentials?: Record<string, { id: null; name: string }>;
  retryOnFail?: boolean;
  parameters: Record<string, unknown>;
};
type Workflow = {
  id: string;
  name: string;
  active: boolean;
  nodes: Node[];
  connections: Record<string, { main: { node: string; type: string; index: number }[][] }>;
  pinData: Record<string, Item[]>;
  settings: Record<string, unknown>;
};

const workflows = readdirSync(FOLDER)
  .sort()
  .map((file): [string, Workflow] => [file, JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))]);

/** The newest version of each core node that n8n 2.41 knows; the workflows were tried with it. */
const KNOWN: Readonly<Record<string, number>> = {
  'n8n-nodes-base.code': 2,
  'n8n-nodes-base.dataTable': 1.1,
  'n8n-nodes-base.httpRequest': 4.5,
  'n8n-nodes-base.if': 2.3,
  'n8n-nodes-base.removeDuplicates': 2,
  'n8n-nodes-base.respondToWebhook': 1.5,
  'n8n-nodes-base.scheduleTrigger': 1.4,
  'n8n-nodes-base.set': 3.5,
  'n8n-nodes-base.stickyNote': 1,
  'n8n-nodes-base.wait': 1.1,
  'n8n-nodes-base.webhook': 2.1,
};
const CREDENTIALS = ['Discord bot', 'TARS webhook', 'TARS api'];
const NOTE = 'n8n-nodes-base.stickyNote';
const isTrigger = ({ type }: Node) => /\.(webhook|scheduleTrigger)$/.test(type);

test('there are four workflows, and neither names nor ids are used twice', () => {
  expect(workflows.map(([file]) => file)).toEqual([
    'tars-commands.json',
    'tars-confirmations-channel.json',
    'tars-confirmations-form.json',
    'tars-updates.json',
  ]);
  for (const key of ['id', 'name'] as const) expect(new Set(workflows.map(([, workflow]) => workflow[key])).size).toBe(workflows.length);
  const ids = workflows.flatMap(([, { nodes }]) => nodes.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(workflows)('%s', (_file, { active, nodes, connections, pinData, settings }) => {
  const names = nodes.map(({ name }) => name);
  const node = (name: string): Node => {
    const found = nodes.find((one) => one.name === name);
    if (found === undefined) throw new Error(`There is no node ${name}`);
    return found;
  };
  const links = Object.entries(connections).flatMap(([from, { main }]) => main.flat().map(({ node: to }) => ({ from, to })));

  test('its nodes are of kinds and versions that n8n 2.41 has, under names of their own', () => {
    expect(nodes.filter(({ type, typeVersion }) => !(typeVersion <= (KNOWN[type] ?? 0))).map(({ name }) => name)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every connection leads from a node to a node, and every node is reached from a trigger', () => {
    expect(links.filter(({ from, to }) => !names.includes(from) || !names.includes(to))).toEqual([]);
    const reached = new Set(nodes.filter(isTrigger).map(({ name }) => name));
    for (const name of reached) for (const { from, to } of links) if (from === name) reached.add(to);
    expect(nodes.filter(({ type, name }) => type !== NOTE && !reached.has(name)).map(({ name }) => name)).toEqual([]);
  });

  test('it holds no credential, only names of some, and nothing of any installation', () => {
    for (const { credentials = {}, parameters } of nodes) {
      for (const { id, name } of Object.values(credentials)) expect([id, CREDENTIALS.includes(name)]).toEqual([null, true]);
      if (parameters.authentication === 'genericCredentialType') expect(Object.keys(credentials)).toEqual(['httpHeaderAuth']);
    }
    const text = JSON.stringify({ nodes, settings, pinData });
    expect(text).not.toMatch(/instanceId|Bearer [\w-]{8}|Bot [\w-]{20}|discord\.com\/api\/webhooks/);
    expect(active).toBe(false);
  });

  test('what asks somebody over the network asks again when that fails', () => {
    const asking = nodes.filter(({ type }) => type === 'n8n-nodes-base.httpRequest');
    expect(asking.length).toBeGreaterThan(0);
    expect(asking.filter(({ retryOnFail }) => retryOnFail !== true).map(({ name }) => name)).toEqual([]);
  });

  test('its notes say what it is and what to set: each credential and each variable it names', () => {
    const notes = nodes.filter(({ type }) => type === NOTE).map(({ parameters }) => String(parameters.content));
    expect(notes.length).toBeGreaterThanOrEqual(2);
    const used = JSON.stringify(nodes.filter(({ type }) => type !== NOTE));
    const variables = [...used.matchAll(/\$env\.(\w+)/g)].map(([, name = '']) => name).filter((name) => name !== 'DISCORD_API_URL');
    const credentials = nodes.flatMap((one) => Object.values(one.credentials ?? {}).map(({ name }) => name));
    for (const name of [...variables, ...credentials]) expect(notes.join('\n')).toContain(name);
  });

  test('it has a sample, and whatever its expressions take from another node is there', () => {
    expect(Object.keys(pinData).every((name) => names.includes(name))).toBe(true);
    expect(Object.keys(pinData).length).toBeGreaterThan(0);
    const taken = nodes.flatMap(({ name, parameters }) =>
      [...JSON.stringify(parameters).matchAll(/\$\('([^']+)'\)\.(?:first|last)\(\)\.json((?:\.\w+)*)/g)].map(
        ([, from = '', path = '']) => ({
          name,
          from,
          field: path.split('.')[1] ?? null,
        }),
      ),
    );
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.filter(({ from }) => !names.includes(from))).toEqual([]);
    const missing = taken.filter(({ from, field }) => {
      if (field === null) return false;
      const fields = fieldsOf(node(from), pinData);
      return fields !== null && !fields.includes(field);
    });
    expect(missing).toEqual([]);
  });
});

/** What a node puts out, as far as it can be told without running it. */
function fieldsOf({ name, type, parameters }: Node, pinData: Workflow['pinData']): string[] | null {
  if (pinData[name] !== undefined) return Object.keys(pinData[name][0]?.json ?? {});
  if (type === 'n8n-nodes-base.set') {
    const { assignments } = parameters.assignments as { assignments: { name: string }[] };
    return assignments.map((assignment) => assignment.name);
  }
  if (type === 'n8n-nodes-base.code') {
    const code = String(parameters.jsCode);
    // Code that passes rows of the table on puts out what they have.
    if (!/json: \{/.test(code)) return Object.keys(pinData['What waits']?.[0]?.json ?? {});
    return [...code.matchAll(/^\s*(?:\w+: )?(\w+)[:,]|[{,] (\w+)(?=[,:} ])/gm)].flatMap(([, first, second]) => [first ?? '', second ?? '']);
  }
  return null;
}

/** Runs a Code node over items, as n8n does; `others` are what earlier nodes have put out. */
function run(file: string, name: string, items: Item[], others: Record<string, Item[]> = {}): Item['json'][] {
  const workflow = workflows.find(([one]) => one === file)?.[1];
  const code = workflow?.nodes.find((one) => one.name === name)?.parameters.jsCode;
  const input = (given: Item[]) => ({ all: () => given, first: () => given[0], last: () => given.at(-1) });
  const body = new Function('$input', '$', String(code));
  return body(input(items), (from: string) => input(others[from] ?? [])).map(({ json }: Item) => json);
}
const one = (json: Item['json']): Item[] => [{ json }];

describe('an update', () => {
  const read = (body: unknown, headers: Record<string, string> = {}) =>
    run('tars-updates.json', 'Read update', [], { 'From TARS': one({ body, headers }) })[0];

  test('the test line of the manual is posted as text that pings nobody', () => {
    expect(read({ task_id: 'test', type: 'progress', message: 'Test message' })).toMatchObject({
      forDiscord: true,
      discord: { content: 'Test message', allowed_mentions: { parse: [] } },
      card: null,
      notify: true,
      once: {},
    });
  });

  test('a ready message is posted as it is, under a nonce that Discord takes', () => {
    const discord = { content: 'x', embeds: [], allowed_mentions: { parse: [], users: ['1'] } };
    const known = read({ target: 'discord', task_id: 'a7f3', type: 'progress', discord }, { 'webhook-id': 'a7f3:123456789:n8n:phase' });
    expect(known).toMatchObject({ discord, once: { enforce_nonce: true } });
    expect((known as { once: { nonce: string } }).once.nonce.length).toBeLessThanOrEqual(25);
  });

  test.each([
    [null],
    ['text'],
    [[1]],
    [{ type: 7, message: '', task_id: {} }],
    [{ discord: 'x', card: 'y', message: 'm'.repeat(5_000) }],
    [{ type: 'of next year', card: { key: 'a7f3' } }],
  ])('%j is posted too, with words', (body) => {
    const { discord, card } = read(body) as { discord: { content: string }; card: null };
    expect(discord.content.length).toBeGreaterThan(0);
    expect(discord.content.length).toBeLessThanOrEqual(2_000);
    expect(card).toBeNull();
  });

  test('what has another target is not for Discord', () => {
    expect(read({ target: 'telegram', message: 'x' })).toMatchObject({ forDiscord: false });
  });

  test.each([
    [{}, { method: 'POST', path: '' }],
    [
      { message: '7', version: 2 },
      { method: 'PATCH', path: '/7', due: true },
    ],
    [{ message: '7', version: 3 }, { due: false }],
    [{ message: '7', version: 4 }, { due: false }],
  ])('a card of version 3, where %j is known', (known, plan) => {
    const card = { key: 'a7f3', version: 3, message: { content: 'x' } };
    const others = { 'Read update': one({ card, delivery: 'a7f3:9:n8n' }) };
    expect(run('tars-updates.json', 'Post or change?', one(known), others)[0]).toMatchObject(plan);
  });

  test.each([
    [200, { id: '5' }, 200],
    [400, { code: 50006 }, 422],
    [429, { retry_after: 1.2 }, 429],
    [401, {}, 503],
    [500, {}, 503],
    [undefined, undefined, 503],
  ])('what Discord answers with %s %j is %s for TARS', (statusCode, body, status) => {
    for (const node of ['Outcome', 'Outcome of card'])
      expect(run('tars-updates.json', node, one({ statusCode, body }))[0]).toMatchObject({ status, ok: status === 200 });
  });
});

describe('a typed command', () => {
  const you = { id: '5', username: 'you', bot: false };
  const written = (content: string, more: Item['json'] = {}) => ({
    id: '1',
    content,
    author: you,
    timestamp: new Date().toISOString(),
    ...more,
  });
  const read = (...body: Item['json'][]) =>
    run('tars-commands.json', 'Commands', one({ statusCode: 200, body }), { Settings: one({ user_ids: '4, 5' }) });

  test.each<[string, string, Item['json']]>([
    ['status', 'check_coding_progress', {}],
    ['Status a7f3', 'check_coding_progress', { task_id: 'a7f3' }],
    ['tasks', 'list_coding_tasks', {}],
    ['cancel #a7f3', 'cancel_coding_task', { task_id: 'a7f3' }],
    ['TARS, pause a7f3', 'pause_coding_task', { task_id: 'a7f3' }],
    ['resume latest', 'resume_coding_task', { task_id: 'latest' }],
    ['retry a7f3', 'retry_coding_task', { task_id: 'a7f3' }],
    ['tell a7f3 use ESM\nand no classes', 'message_coding_task', { task_id: 'a7f3', message: 'use ESM\nand no classes' }],
    ['answer a7f3: the red one', 'answer_coding_question', { task_id: 'a7f3', answer: 'the red one' }],
    ['build a calculator', 'start_autonomous_coding', { goal: 'build a calculator' }],
    ['build a calculator in sums', 'start_autonomous_coding', { goal: 'build a calculator', project_path: 'sums' }],
    [
      'build a form in red in "my site" with minimal updates',
      'start_autonomous_coding',
      { goal: 'build a form in red', project_path: 'my site', verbose_updates: false },
    ],
  ])('%s', (content, name, args) => {
    expect(read(written(content))).toEqual([{ id: '1', name, body: { ...args, session_id: 'discord', call_id: 'discord-1' } }]);
  });

  test.each(['what is the status?', 'cancel', 'cancel the meeting with Bob', 'tell me more', 'we build it in summer', '6283', ''])(
    '%j is talk',
    (content) => {
      expect(read(written(content))).toEqual([]);
    },
  );

  test('nobody else commands, no bot does, and nothing old is done', () => {
    expect(
      read(
        written('status', { author: { ...you, id: '6' } }),
        written('status', { author: { ...you, bot: true } }),
        written('status', { timestamp: new Date(Date.now() - 200_000).toISOString() }),
      ),
    ).toEqual([]);
    expect(run('tars-commands.json', 'Commands', one({ body: [written('status')] }), { Settings: one({ user_ids: '' }) })).toEqual([]);
  });

  test('the oldest comes first, though ids are longer than numbers can be', () => {
    const ids = ['1300000000000000002', '999999999999999999', '1300000000000000001'];
    expect(read(...ids.map((id) => written('status', { id }))).map(({ id }) => id)).toEqual([ids[1], ids[2], ids[0]]);
  });
});

describe('a reply to a request', () => {
  const FILE = 'tars-confirmations-channel.json';
  const row = (more: Item['json']) => ({
    json: { task: 'a7f3', message: '1300000000000000031', expires: '2999-01-01T00:00:00.000Z', ...more },
  });

  test('Discord is asked from the oldest request on, and not at all when each is over', () => {
    const rows = [row({ message: '1300000000000000040', task: 'k2x9' }), row({ message: '999999999999999999' })];
    expect(run(FILE, 'Oldest request', rows)).toMatchObject([
      { after: '999999999999999999', waiting: [{ task: 'k2x9' }, { task: 'a7f3' }] },
    ]);
    expect(run(FILE, 'Oldest request', [row({ expires: new Date(Date.now() - 61_000).toISOString() })])).toEqual([]);
    expect(run(FILE, 'Oldest request', [row({ expires: '' })])).toHaveLength(1);
  });

  test('only who may answers, and a reply to a request names its task', () => {
    const waiting = [{ message: '31', task: 'a7f3' }];
    const author = { id: '5' };
    const body = [
      { id: '44', author, content: '6283', message_reference: { message_id: '31' } },
      { id: '43', author, content: 'no' },
      { id: '42', author: { id: '6' }, content: '6283' },
      { id: '41', author: { id: '5', bot: true }, content: '6283' },
    ];
    expect(run(FILE, 'Replies', one({ body }), { 'Oldest request': one({ waiting }), Settings: one({ user_ids: '5' }) })).toEqual([
      { id: '43', said: 'no' },
      { id: '44', said: '6283', task_id: 'a7f3' },
    ]);
  });

  test.each([
    [
      { statusCode: 200, body: { status: 'ok', message: 'Confirmation received' } },
      { remove: true, said: 'Confirmation received' },
    ],
    [
      { statusCode: 403, body: { reason: 'wrong_code', message: 'That was wrong.' } },
      { remove: true, said: 'That was wrong.' },
    ],
    [
      { statusCode: 200, body: { status: 'ok', outcome: 'denied', message: 'Denied.' } },
      { remove: false, said: 'Denied.' },
    ],
    [{ error: 'ECONNREFUSED' }, { remove: true, said: expect.stringContaining('Send it again') }],
  ])('%j', (answer, expected) => {
    expect(run(FILE, 'What TARS said', one(answer), { 'New replies': one({ id: '44' }) })).toEqual([{ id: '44', ...expected }]);
  });

  test('talk about other things is left alone', () => {
    expect(
      run(FILE, 'What TARS said', one({ statusCode: 400, body: { reason: 'no_answer' } }), { 'New replies': one({ id: '44' }) }),
    ).toEqual([]);
  });
});
