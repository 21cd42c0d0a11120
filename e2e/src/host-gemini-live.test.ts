// The example host on Gemini Live: the real SDK on its side, the wire form on ours, and a whole task between two connections.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveServerMessage } from '@google/genai';
import { afterEach, expect, test } from '@jest/globals';
import { bash, deleteBackup, finish } from './projects.js';
import { CODE, openStage, type Stage } from './stage.js';
import { startVoiceService, type VoiceService } from './voice-service.js';

const HOST = fileURLToPath(new URL('../../examples/host-gemini-live/host.mjs', import.meta.url));

/** What the service sends, as the SDK's own types have it, without what the SDK adds. */
type ToHost = Omit<LiveServerMessage, 'text' | 'data'>;

let stage: Stage | null = null;
let service: VoiceService<ToHost> | null = null;
afterEach(async () => {
  await stage?.close();
  await service?.close();
  stage = service = null;
});

const world = {
  conversations: [
    { name: 'clean up', match: 'Clean up', turns: deleteBackup },
    {
      name: 'slow',
      match: 'Take your time',
      turns: [{ calls: [bash('sleep 2 && echo done > slow.txt', 'wait')] }, { calls: [finish('Waited')] }],
    },
  ],
};

const started = async (given: Stage) => {
  const gemini = await startVoiceService<ToHost>((message) => ('setup' in message ? { setupComplete: {} } : null));
  const environment = { ...given.environment, GEMINI_API_KEY: 'key-of-the-test', GEMINI_BASE_URL: `http://${gemini.host}` };
  const host = given.spawnProgram(process.execPath, [HOST], environment);
  return { gemini, host };
};

type Setup = {
  setup?: { tools?: { functionDeclarations?: { name: string }[] }[]; systemInstruction?: unknown; sessionResumption?: { handle?: string } };
};
const setupOf = (message: Record<string, unknown>) => (message as Setup).setup;
type Response = {
  toolResponse?: { functionResponses?: { id: string; name: string; response: { ok: boolean; say: string; text: string } }[] };
};
const responseTo = (id: string) => (message: Record<string, unknown>) =>
  (message as Response).toolResponse?.functionResponses?.find((response) => response.id === id);
type Told = { clientContent?: { turns?: { parts?: { text?: string }[] }[]; turnComplete?: boolean } };
const toldOf = (pattern: RegExp) => (message: Record<string, unknown>) => {
  const text = (message as Told).clientContent?.turns?.[0]?.parts?.[0]?.text ?? '';
  return pattern.test(text) ? text : null;
};

test('a goal, a spoken code and a lost connection: the task is handed over at once, asks, goes on and reports', async () => {
  stage = await openStage(world);
  const project = await stage.project('sums', { 'old_backup.js': '' });
  const { gemini, host } = await started(stage);
  service = gemini;

  const setup = await gemini.hears('the set-up', setupOf);
  expect(setup.tools?.[0]?.functionDeclarations?.map(({ name }) => name)).toEqual([
    'start_autonomous_coding',
    'check_coding_progress',
    'cancel_coding_task',
    'submit_background_confirmation',
  ]);
  expect(JSON.stringify(setup.systemInstruction)).toContain('No background task waits for the user right now.');
  gemini.send({ sessionResumptionUpdate: { newHandle: 'handle-1', resumable: true } });

  const asked = performance.now();
  gemini.send({
    toolCall: { functionCalls: [{ id: 'call-1', name: 'start_autonomous_coding', args: { goal: 'Clean up', project_path: 'sums' } }] },
  });
  const response = await gemini.hears('the response', responseTo('call-1'));
  expect(response).toMatchObject({ name: 'start_autonomous_coding', response: { ok: true, say: expect.stringMatching(/^Started task /) } });
  // Long before the task can be over: it waits for a code that nobody has given.
  expect(performance.now() - asked).toBeLessThan(5_000);
  // The user talks on, so Gemini takes its call back; what was accepted goes on.
  gemini.send({ toolCallCancellation: { ids: ['call-1'] } });

  await gemini.hears('the request for a code', toldOf(/needs your confirmation code.*rm old_backup\.js/));
  gemini.drop();
  const again = await gemini.hears('the set-up of a new connection', setupOf);
  expect(again.sessionResumption).toEqual({ handle: 'handle-1' });
  expect(JSON.stringify(again.systemInstruction)).toContain('rm old_backup.js');

  // Spoken in two pieces, and the model begins to answer: the code is checked here, the transcript keeps none of it.
  gemini.send({ serverContent: { inputTranscription: { text: 'four seven ' } } });
  gemini.send({ serverContent: { inputTranscription: { text: 'one one' } } });
  gemini.send({ serverContent: { outputTranscription: { text: 'One moment.' } } });
  gemini.send({ serverContent: { turnComplete: true } });
  await host.saw(/Confirmation code received for task \w+, sir\./);
  await gemini.hears('the ending', toldOf(/done|finished|complete/i));
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  expect(host.stdout()).not.toMatch(/four seven|4711/);
  expect(gemini.received()).not.toContain(CODE);

  host.kill('SIGINT');
  expect((await host.ended).code).toBe(0);
});

test('nothing is said while the user or the model speaks, and a typed code never reaches the model', async () => {
  stage = await openStage(world);
  const project = await stage.project('sums', { 'old_backup.js': '' });
  const { gemini, host } = await started(stage);
  service = gemini;
  await gemini.hears('the set-up', setupOf);
  gemini.send({ serverContent: { outputTranscription: { text: 'It was a dark and stormy night' } } });
  gemini.send({
    toolCall: { functionCalls: [{ id: 'call-1', name: 'start_autonomous_coding', args: { goal: 'Clean up', project_path: 'sums' } }] },
  });
  await gemini.hears('the response', responseTo('call-1'));
  await stage.until('the task waits', async () => (await stage?.store.list())?.[0]?.confirmation != null);
  host.tell('How are you?');
  await gemini.hears('what was typed', ({ realtimeInput }) => (realtimeInput as { text?: string } | undefined)?.text === 'How are you?');
  expect(gemini.received()).not.toContain('needs your confirmation code');
  gemini.send({ serverContent: { turnComplete: true } });
  await gemini.hears('the request for a code', toldOf(/needs your confirmation code/));
  host.tell(CODE);
  await gemini.hears('the ending', toldOf(/done|finished|complete/i));
  expect(existsSync(join(project, 'old_backup.js'))).toBe(false);
  expect(gemini.received()).not.toContain(CODE);
  expect(host.stdout()).not.toContain(CODE);
});

test('a service that goes away is found again, and what ended meanwhile is told then', async () => {
  stage = await openStage(world);
  await stage.project('sums', {});
  const { gemini } = await started(stage);
  service = gemini;
  await gemini.hears('the set-up', setupOf);
  gemini.send({
    toolCall: {
      functionCalls: [{ id: 'call-1', name: 'start_autonomous_coding', args: { goal: 'Take your time', project_path: 'sums' } }],
    },
  });
  await gemini.hears('the response', responseTo('call-1'));
  gemini.send({ goAway: { timeLeft: '1s' } });
  await gemini.hears('the set-up of a new connection', setupOf);
  gemini.send({ toolCall: { functionCalls: [{ id: 'call-2', name: 'check_coding_progress', args: {} }] } });
  expect(await gemini.hears('the progress', responseTo('call-2'))).toMatchObject({
    response: { ok: true, text: expect.stringContaining('Take your time') },
  });
  await gemini.hears('the ending', toldOf(/done|finished|complete/i));
});
