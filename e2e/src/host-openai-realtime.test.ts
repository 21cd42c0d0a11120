// The example host on OpenAI's realtime API, against a service that speaks its wire form.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import type { TurnInput } from '@tars/testkit';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { git } from './git.js';
import { bash, deleteBackup, finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';
import { startVoiceService, type VoiceService } from './voice-service.js';

const HOST = fileURLToPath(new URL('../../examples/host-openai-realtime/host.mjs', import.meta.url));

let stage: Stage | null = null;
let service: VoiceService<RealtimeServerEvent> | null = null;
afterEach(async () => {
  await stage?.close();
  await service?.close();
  stage = service = null;
});

const SUBJECT = 'Add a calculator with tests';
/** Writes it and says so; asked for a push, commits with the words it suggested, and pushes. */
const calculator: TurnInput[] = [
  {
    calls: [
      { name: 'write_file', input: { path: 'calc.js', content: 'exports.add = (a, b) => a + b;\n' } },
      {
        name: 'write_file',
        input: {
          path: 'calc.test.js',
          content:
            "const test = require('node:test');\nconst assert = require('node:assert');\ntest('adds', () => assert.equal(require('./calc.js').add(2, 3), 5));\n",
        },
      },
    ],
  },
  { calls: [finish(`${SUBJECT}\n\nAdds.`)] },
  {
    expect: [
      { tool: 'finish', tool_result: `Changed on main: calc.js, calc.test.js\nSuggested commit message: ${SUBJECT}` },
      { user_text: 'Push it to GitHub' },
    ],
    calls: [
      bash(`git add calc.js calc.test.js && git commit -q -m "${SUBJECT}"`, 'commit what was done'),
      bash('git push origin main', 'as the owner asks'),
    ],
  },
  { expect: { tool: 'bash', is_error: false }, calls: [finish(`Pushed to main: ${SUBJECT}`)] },
];

const world = {
  conversations: [
    { name: 'clean up', match: 'Clean up', turns: deleteBackup },
    { name: 'calculator', match: 'calculator', turns: calculator },
  ],
};

const started = async (given: Stage) => {
  const openai = await startVoiceService<RealtimeServerEvent>();
  const environment = { ...given.environment, OPENAI_API_KEY: 'key-of-the-test', OPENAI_REALTIME_URL: `ws://${openai.host}/v1/realtime` };
  return { openai, host: given.spawnProgram(process.execPath, [HOST], environment) };
};

type Sent = {
  type?: string;
  session?: { type?: string; tools?: { type: string; name: string; parameters: object }[]; instructions?: string };
  item?: { type?: string; call_id?: string; output?: string; role?: string; content?: { type: string; text: string }[] };
};
const sessionOf = (message: Record<string, unknown>) => (message as Sent).type === 'session.update' && (message as Sent).session;
const itemOf = (wanted: (item: NonNullable<Sent['item']>) => boolean) => (message: Record<string, unknown>) => {
  const { type, item } = message as Sent;
  return type === 'conversation.item.create' && item !== undefined && wanted(item) ? item : null;
};
const outputOf = (callId: string) => itemOf(({ type, call_id }) => type === 'function_call_output' && call_id === callId);
const news = (pattern: RegExp) => itemOf(({ role, content }) => role === 'system' && pattern.test(content?.[0]?.text ?? ''));
const isResponse = ({ type }: Record<string, unknown>) => type === 'response.create';

let ids = 0;
const done = (
  calls: { call_id: string; name: string; args: object }[],
  status: 'completed' | 'cancelled' = 'completed',
): RealtimeServerEvent => ({
  type: 'response.done',
  event_id: `event-${ids++}`,
  response: {
    status,
    output: calls.map(({ call_id, name, args }) => ({ type: 'function_call', call_id, name, arguments: JSON.stringify(args) })),
  },
});
const transcribed = (transcript: string): RealtimeServerEvent => ({
  type: 'conversation.item.input_audio_transcription.completed',
  event_id: `event-${ids++}`,
  item_id: 'item',
  content_index: 0,
  transcript,
  usage: { type: 'duration', seconds: 1 },
});

test('a goal, a spoken code and a lost connection: the task is handed over at once, asks, goes on and reports', async () => {
  stage = await openStage(world);
  const project = await stage.project('sums', { 'old_backup.js': '' });
  const { openai, host } = await started(stage);
  service = openai;

  const session = await openai.hears('the session', sessionOf);
  expect(openai.lastRequest()).toEqual({ path: '/v1/realtime?model=gpt-realtime', authorization: 'Bearer key-of-the-test' });
  expect(session).toMatchObject({
    type: 'realtime',
    tools: expect.arrayContaining([expect.objectContaining({ type: 'function', name: 'start_autonomous_coding' })]),
  });

  const call = { call_id: 'call-1', name: 'start_autonomous_coding', args: { goal: 'Clean up', project_path: 'sums' } };
  openai.send(done([call]));
  const item = await openai.hears('the output', outputOf('call-1'));
  expect(JSON.parse(item.output ?? '')).toMatchObject({ ok: true, say: expect.stringMatching(/^Started task /) });
  await openai.hears('the wish to speak of it', isResponse);

  // While that is being said the task asks: its request waits for the end of the response.
  await stage.until('the task waits', async () => (await stage?.store.list())?.[0]?.confirmation != null);
  expect(openai.received()).not.toContain('needs your confirmation code');
  openai.send(done([], 'cancelled'));
  await openai.hears('the request for a code', news(/needs your confirmation code.*rm old_backup\.js/));
  await openai.hears('the wish to say it', isResponse);

  openai.drop();
  const again = await openai.hears('the session of a new connection', sessionOf);
  expect(again.instructions).toContain('rm old_backup.js');

  openai.send({ type: 'input_audio_buffer.speech_started', event_id: 'e', item_id: 'item', audio_start_ms: 0 });
  openai.send({ type: 'input_audio_buffer.speech_stopped', event_id: 'e', item_id: 'item', audio_end_ms: 900 });
  openai.send(transcribed('The code is four seven one one.'));
  // The model heard it too, and calls with it: the same code counts once.
  const id = (await stage.store.list())[0]?.id ?? '';
  openai.send(done([{ call_id: 'call-2', name: 'submit_background_confirmation', args: { task_id: id, confirmation_code: CODE } }]));
  await openai.hears('its output', outputOf('call-2'));
  await openai.hears('the wish to speak of it', isResponse);
  openai.send(done([]));
  await openai.hears('the ending', news(/done|finished|complete/i));
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  expect((await stage.store.events(id)).filter(({ event }) => event.type === 'confirmation.answered')).toHaveLength(1);
  expect(host.stdout()).not.toMatch(/four seven|4711/);
  expect(openai.received()).not.toContain(CODE);

  host.kill('SIGINT');
  expect((await host.ended).code).toBe(0);
});

test('"Nice! Push it to GitHub": the task that has ended goes on, commits what it suggested, and the push waits for the code', async () => {
  stage = await openStage(world);
  const project = await stage.project('calc', { 'README.md': '# calc\n' });
  const remote = join(stage.projectsRoot, '..', 'github.git');
  await git(stage.projectsRoot, ['init', '--quiet', '--bare', '-b', 'main', remote]);
  await git(project, ['init', '--quiet', '-b', 'main']);
  await git(project, ['config', 'user.name', 'Owner']);
  await git(project, ['config', 'user.email', 'owner@example.com']);
  await git(project, ['remote', 'add', 'origin', remote]);
  await git(project, ['add', '-A']);
  await git(project, ['commit', '--quiet', '-m', 'Begin']);
  await git(project, ['push', '--quiet', 'origin', 'main']);
  const { openai, host } = await started(stage);
  service = openai;
  const session = await openai.hears('the session', sessionOf);
  expect(session).toMatchObject({ tools: expect.arrayContaining([expect.objectContaining({ name: 'message_coding_task' })]) });

  openai.send(
    done([{ call_id: 'call-1', name: 'start_autonomous_coding', args: { goal: 'Build a calculator with tests', project_path: 'calc' } }]),
  );
  await openai.hears('the output', outputOf('call-1'));
  openai.send(done([]));
  await openai.hears('the ending', news(/is finished\. The one test passed/));
  expect(await git(project, ['log', '--format=%s'])).toBe('Begin\n');
  expect((await stage.store.list())[0]).toMatchObject({
    branch: 'main',
    suggestedCommitMessage: SUBJECT,
    filesChanged: ['calc.js', 'calc.test.js'],
  });

  openai.send(transcribed('Nice! Push it to GitHub'));
  openai.send(done([{ call_id: 'call-2', name: 'message_coding_task', args: { task_id: 'latest', message: 'Nice! Push it to GitHub' } }]));
  const item = await openai.hears('the output', outputOf('call-2'));
  expect(JSON.parse(item.output ?? '')).toMatchObject({ ok: true });
  openai.send(done([]));
  await openai.hears('the request for a code', news(/needs your confirmation code.*git push origin main/));
  expect(await git(remote, ['log', '--format=%s', 'main'])).toBe('Begin\n');
  openai.send(done([]));
  openai.send(transcribed('four seven one one'));
  await openai.hears('the second ending', news(/is finished/));
  expect(await git(remote, ['log', '--format=%an: %s', 'main'])).toBe(`Owner: ${SUBJECT}\nOwner: Begin\n`);
  expect(stage.claude.failures()).toEqual([]);
  host.kill('SIGINT');
  expect((await host.ended).code).toBe(0);
});
