// Every way an answer to a request can end, as it is told in a call, on Discord and over HTTP: recorded word for word beside this file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { Event } from '@tars/core';
import { spellTaskId } from '@tars/core';
import { createFakeCall, type FakeN8n, startFakeN8n, waitUntil } from '@tars/testkit';
import type { TarsBridge } from './index.js';
import { CODE, SESSION, useHost } from './testing/use-host.js';

const GOLDEN = join(__dirname, 'golden', 'answers.json');
const REQUEST = /needs your confirmation code/;
const host = useHost();
let n8n: FakeN8n | undefined;
afterEach(async () => {
  await n8n?.close();
  n8n = undefined;
});

type Scene = {
  bridge: TarsBridge;
  /** The task that is asked about, and another one that runs. */
  id: string;
  other: string;
  ask(id: string, more?: { expiresAt?: number }): Promise<string>;
  wrong(times: number): Promise<void>;
};
type Way = 'voice' | 'discord' | 'http';
type Story = {
  what: string;
  before(scene: Scene): Promise<unknown>;
  /** What the person says; for the function and HTTP the code alone. */
  says: (scene: Scene) => string;
  code?: string;
  task?: (scene: Scene) => string;
  only?: readonly Way[];
};

const asks = (scene: Scene) => scene.ask(scene.id);
const STORIES: readonly Story[] = [
  { what: 'yes', before: asks, says: () => CODE },
  { what: 'no', before: asks, says: () => 'no' },
  { what: 'no, with feedback', before: asks, says: () => 'no, because I still need that file' },
  { what: 'a wrong code', before: asks, says: () => '1234' },
  { what: 'the last wrong code', before: async (scene) => [await asks(scene), await scene.wrong(4)], says: () => '1234' },
  {
    what: 'the right code after too many wrong ones',
    before: async (scene) => [
      await asks(scene),
      await scene.wrong(5),
      await scene.ask(scene.id),
      await scene.wrong(5),
      await scene.ask(scene.id),
    ],
    says: () => CODE,
  },
  { what: 'a late code', before: ({ ask, id }) => ask(id, { expiresAt: Date.now() - 1 }), says: () => CODE },
  { what: 'a code that nobody asked for', before: async () => {}, says: () => CODE },
  {
    what: 'a code for a task that does not wait',
    before: asks,
    says: ({ other }) => `${CODE} for task ${other}`,
    task: ({ other }) => other,
  },
  {
    what: 'a code while two tasks wait',
    before: async ({ ask, id, other }) => [await ask(id), await ask(other)],
    says: () => CODE,
    only: ['voice', 'discord'],
  },
  { what: 'a code for an unknown task', before: asks, says: () => `${CODE} for task k2k2`, task: () => 'k2k2' },
  { what: 'what is no code', before: asks, says: () => 'hello there' },
  { what: 'a question back', before: asks, says: () => 'is it 4719?', code: 'is it 4719?' },
];

async function open(): Promise<Scene & { called(): readonly string[]; feed(): readonly { type: string; message: string }[] }> {
  const call = createFakeCall(SESSION);
  const server = await startFakeN8n();
  n8n = server;
  const bridge = await host().bridge({ voice: call, embed: ['notifier'] }, { N8N_WEBHOOK_URL: `${server.url}/webhook/tars` });
  const ids = [await host().start(bridge)];
  const { task } = await bridge.call('start_autonomous_coding', { goal: 'tidy up', project_path: `${host().project}-too` }, SESSION);
  if (task !== undefined) ids.push(task.task_id);
  const [id = '', other = ''] = ids;
  for (const each of ids) await host().asWorker(each, { type: 'notice.given', at: Date.now(), notice: 'test', text: 'begun' });
  let requests = 0;
  const commit = (task: string, event: Event) =>
    host().store.commit(task, { as: { role: 'owner', nonce: `nonce-${task}` }, events: [event] });
  return {
    bridge,
    id,
    other,
    async ask(task, { expiresAt = Date.now() + 300_000 } = {}) {
      const confirmationId = `cf-${task}-${++requests}`;
      const asked = {
        id: confirmationId,
        callId: 'call-1',
        command: 'rm old_backup.js',
        cwd: host().project,
        reason: 'delete files',
        rule: 'rm',
      };
      const facts = { agentSays: 'clean up', access: [], actionHash: 'h', effect: 'Deletes 1 file (5 bytes): 1 can be had back from git.' };
      const done = await commit(task, {
        type: 'confirmation.requested',
        at: Date.now(),
        confirmation: { ...asked, ...facts, askedAt: Date.now(), expiresAt },
      });
      expect(done.kind).toBe('committed');
      const said = () => call.spoken.filter((text) => REQUEST.test(text)).length;
      await waitUntil(() => said() === requests, { timeoutMs: 10_000, what: 'the request to be heard in the call' });
      return confirmationId;
    },
    async wrong(times) {
      for (let tries = 0; tries < times; tries++) {
        await bridge.call(
          'submit_background_confirmation',
          { task_id: id, confirmation_code: `000${tries}` },
          { sessionId: `s${requests}${tries}` },
        );
      }
    },
    called: () => call.spoken,
    feed: () => server.deliveries().map(({ body }) => body as { type: string; message: string }),
  };
}

async function post(bridge: TarsBridge, path: string, body: unknown) {
  const request = new Request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const response = await bridge.fetch(request);
  return { http: response.status, ...((await response.json()) as object) };
}

async function told(story: Story, way: Way): Promise<unknown> {
  const scene = await open();
  const { bridge, id } = scene;
  await story.before(scene);
  const says = story.says(scene);
  const isNo = says.startsWith('no');
  const task = story.task?.(scene) ?? id;
  const answers = {
    voice: async () => {
      const heard = await bridge.hear(says, SESSION);
      if (heard.kind !== 'none') return { hears: heard };
      const args = { task_id: task, confirmation_code: story.code ?? says };
      const { ok, text, say } = await bridge.call('submit_background_confirmation', args, SESSION);
      return { hears: heard, function: { ok, text, say } };
    },
    discord: () => post(bridge, '/webhook/background-confirmation', { reply_text: says, source: 'discord' }),
    http: () =>
      isNo
        ? post(bridge, `/api/tasks/${task}/deny`, { because: says })
        : post(bridge, `/api/tasks/${task}/confirmation`, { confirmation_code: story.code ?? says.split(' for ')[0] }),
  };
  const answer = await answers[way]();
  for (const each of [id, scene.other]) {
    await host().told('n8n', each);
    await host().told('voice', each);
  }
  const feed = scene.feed().flatMap(({ type, message }) => (type === 'confirmation_result' ? [message] : []));
  return { answer, feed, call: scene.called().filter((text) => !REQUEST.test(text)) };
}

/** Ids differ from run to run, and times by a moment. */
const steady = (value: unknown, ids: readonly (readonly [string, string])[]): unknown =>
  JSON.parse(
    ids.reduce((text, [id, name]) => text.replaceAll(spellTaskId(id), `${name} (spelled)`).replaceAll(id, name), JSON.stringify(value)),
  );

for (const story of STORIES) {
  for (const way of story.only ?? (['voice', 'discord', 'http'] as const)) {
    test(`${story.what}, by ${way}, is told as recorded`, async () => {
      const heard = await told(story, way);
      const tasks = (await host().store.list({})).map(({ id, goal }) => [id, goal === 'tidy up' ? 'OTHER' : 'TASK'] as const);
      const key = `${story.what}: ${way}`;
      const recorded: Record<string, unknown> = existsSync(GOLDEN) ? JSON.parse(readFileSync(GOLDEN, 'utf8')) : {};
      const seen = steady(heard, tasks);
      // To record anew: RECORD=1 npx jest src/answers, and read what changed.
      if (process.env.RECORD === '1') writeFileSync(GOLDEN, `${JSON.stringify({ ...recorded, [key]: seen }, null, 2)}\n`);
      else expect(seen).toEqual(recorded[key]);
    });
  }
}
