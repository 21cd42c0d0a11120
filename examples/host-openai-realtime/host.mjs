// A voice host on OpenAI's realtime API with TARS' background tasks as its tools. What a microphone would hear is typed here; what the model says is printed.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { createTarsBridge } from 'tars-bridge';
// Node 20 has no WebSocket client of its own, and the platform's later one cannot send the header that carries the key.
import { WebSocket } from 'ws';

const { OPENAI_API_KEY, OPENAI_REALTIME_URL = 'wss://api.openai.com/v1/realtime', OPENAI_REALTIME_MODEL = 'gpt-realtime' } = process.env;
const PERSONA = `You are TARS, a dry and loyal voice assistant. Keep what you say short.
"Push it" and the like, said of a task that has ended, is for that task: call message_coding_task with the task (or "latest") and the user's own words.`;
const RECONNECT_MS = 500;
const print = (line) => process.stdout.write(`${line}\n`);

/** One conversation, however often its connection is renewed. */
const sessionId = randomUUID();
/** @type {WebSocket | null} */
let socket = null;
let userSpeaks = false;
/** The model says one thing at a time: a second wish for a response waits for the end of the first. */
let isResponding = false;
let wantsResponse = false;
let closing = false;

const bridge = await createTarsBridge({
  env: process.env,
  embed: ['worker', 'notifier'],
  voice: {
    activeCall: () => (socket === null ? null : { sessionId }),
    // A rejection counts as not said: the bridge comes back with it once there is a call again.
    async speak(_call, text) {
      if (socket === null) throw new Error('The connection is gone.');
      say('system', `News of a background task. Say exactly this to the user: ${text}`);
      respond();
    },
    isUserSpeaking: () => userSpeaks || isResponding,
  },
});

const send = (event) => socket?.send(JSON.stringify(event));
const say = (role, text) =>
  send({ type: 'conversation.item.create', item: { type: 'message', role, content: [{ type: 'input_text', text }] } });

function respond() {
  wantsResponse = isResponding;
  if (isResponding) return;
  isResponding = true;
  send({ type: 'response.create' });
}

/** The answer is there at once, however long the task takes: its news come later, through `speak`. */
async function answer({ call_id, name, arguments: args }) {
  const { text, say: spoken, ok } = await bridge.call(name, args, { sessionId, callId: call_id });
  print(`[${name}] ${text}`);
  const output = JSON.stringify({ ok, say: spoken, text });
  send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output } });
}

/** A code is acted on here and goes no further: neither to a transcript nor, when it was typed, to the model. */
async function hear(said) {
  const { kind, redacted, reply } = await bridge.hear(said, { sessionId });
  print(`you: ${redacted}`);
  if (reply !== undefined) print(`TARS: ${reply}`);
  return kind === 'none' ? redacted : null;
}

/** A response that called functions is followed by one that speaks of their answers. One that was cancelled had its calls too: an accepted task goes on. */
async function responseEnds({ output = [], status }) {
  const calls = output.filter((item) => item.type === 'function_call' && item.status !== 'incomplete');
  if (status === 'cancelled') print('[cancelled by the model; accepted tasks go on]');
  await Promise.all(calls.map(answer));
  isResponding = false;
  if (calls.length > 0 || wantsResponse) respond();
}

/** @param {import('openai/resources/realtime/realtime').RealtimeServerEvent} event */
function onEvent(event) {
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      userSpeaks = true;
      break;
    case 'input_audio_buffer.speech_stopped':
      userSpeaks = false;
      break;
    case 'conversation.item.input_audio_transcription.completed':
      void hear(event.transcript);
      break;
    case 'response.created':
      isResponding = true;
      break;
    case 'response.output_audio_transcript.done':
      print(`TARS: ${event.transcript}`);
      break;
    case 'response.done':
      void responseEnds(event.response);
      break;
    case 'error':
      print(`[the model's service says: ${event.error.message}]`);
      break;
  }
}

/** One connection from beginning to end; what waits for the user is told to the model with each new one. */
async function converse() {
  const opened = new WebSocket(`${OPENAI_REALTIME_URL}?model=${encodeURIComponent(OPENAI_REALTIME_MODEL)}`, {
    headers: { Authorization: `Bearer ${OPENAI_API_KEY}` },
  });
  opened.on('error', () => {});
  opened.on('open', () => {
    socket = opened;
    send({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: `${PERSONA}\n${bridge.instructions()}`,
        tools: bridge.functionDeclarations({ format: 'openai-realtime', permission: 'full', extended: true }),
        output_modalities: ['audio'],
        audio: { input: { transcription: { model: 'gpt-4o-mini-transcribe' } } },
      },
    });
    print('[connected]');
  });
  opened.on('message', (data) => onEvent(JSON.parse(String(data))));
  await once(opened, 'close');
  socket = null;
  userSpeaks = isResponding = wantsResponse = false;
}

const typed = createInterface({ input: process.stdin });
typed.on('line', async (line) => {
  const said = line.trim() === '' ? null : await hear(line.trim());
  if (said === null) return;
  say('user', said);
  respond();
});
const leave = () => {
  closing = true;
  socket?.close();
};
typed.on('close', leave);
process.once('SIGINT', leave).once('SIGTERM', leave);

while (!closing) {
  await converse();
  if (!closing) await delay(RECONNECT_MS);
}
await bridge.close();
typed.close();
process.stdin.destroy();
