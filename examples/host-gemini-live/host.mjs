// A voice host on Gemini Live with TARS' background tasks as its tools. What a microphone would hear is typed here; what the model says is printed.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { GoogleGenAI, Modality } from '@google/genai';
import { createTarsBridge } from 'tars-bridge';

const { GEMINI_API_KEY, GEMINI_BASE_URL, GEMINI_LIVE_MODEL = 'gemini-2.5-flash-native-audio-preview-12-2025' } = process.env;
const PERSONA = 'You are TARS, a dry and loyal voice assistant. Keep what you say short.';
const RECONNECT_MS = 500;
const print = (line) => process.stdout.write(`${line}\n`);

/** One conversation, however often its connection is renewed. */
const sessionId = randomUUID();
const google = new GoogleGenAI({ apiKey: GEMINI_API_KEY, httpOptions: GEMINI_BASE_URL === undefined ? {} : { baseUrl: GEMINI_BASE_URL } });

/** @type {import('@google/genai').Session | null} */
let session = null;
/** Gemini's way back into this conversation after a lost connection. */
let resumeHandle;
let utterance = '';
let modelSpeaks = false;
let closing = false;

const bridge = await createTarsBridge({
  env: process.env,
  embed: ['worker', 'notifier'],
  voice: {
    activeCall: () => (session === null ? null : { sessionId }),
    // A rejection counts as not said: the bridge comes back with it once there is a call again.
    async speak(_call, text) {
      if (session === null) throw new Error('The connection is gone.');
      const turns = [{ role: 'user', parts: [{ text: `News of a background task. Say exactly this to the user: ${text}` }] }];
      session.sendClientContent({ turns, turnComplete: true });
    },
    // Nothing is said over anybody, the model included.
    isUserSpeaking: () => utterance !== '' || modelSpeaks,
  },
});

/** The answer is there at once, however long the task takes: its news come later, through `speak`. */
async function answer(connection, { id, name, args }) {
  const { text, say, ok } = await bridge.call(name ?? '', args ?? {}, { sessionId, callId: id });
  print(`[${name}] ${text}`);
  const from = await connection;
  from.sendToolResponse({ functionResponses: [{ id, name, response: { ok, say, text } }] });
}

/** A code is acted on here and goes no further: neither to a transcript nor, when it was typed, to the model. */
async function hear(said) {
  const { kind, redacted, reply } = await bridge.hear(said, { sessionId });
  print(`you: ${redacted}`);
  if (reply !== undefined) print(`TARS: ${reply}`);
  return kind === 'none' ? redacted : null;
}

/** What the user was heard to say is whole when the model begins to answer. */
function utteranceEnds() {
  const said = utterance.trim();
  utterance = '';
  if (said !== '') void hear(said);
}

/**
 * @param {import('@google/genai').LiveServerMessage} message
 * @param {Promise<import('@google/genai').Session>} connection The one it came by: the SDK hands messages over before it hands over the session.
 */
function onMessage(message, connection) {
  const { toolCall, toolCallCancellation, serverContent, sessionResumptionUpdate, goAway } = message;
  for (const call of toolCall?.functionCalls ?? []) {
    utteranceEnds();
    void answer(connection, call).catch(() => print(`[${call.name}] its answer came too late for this connection`));
  }
  // The user talked over the model, so nobody waits for the answer any more. A task that was accepted goes on all the same: it is cancelled by saying so.
  if (toolCallCancellation !== undefined) print(`[cancelled by the model: ${toolCallCancellation.ids?.join(', ')}; accepted tasks go on]`);
  utterance += serverContent?.inputTranscription?.text ?? '';
  if (serverContent?.modelTurn !== undefined || serverContent?.outputTranscription?.text !== undefined) {
    utteranceEnds();
    modelSpeaks = true;
  }
  const spoken = serverContent?.outputTranscription?.text;
  if (spoken !== undefined) print(`TARS: ${spoken}`);
  if (serverContent?.turnComplete || serverContent?.interrupted) modelSpeaks = false;
  if (sessionResumptionUpdate?.resumable) resumeHandle = sessionResumptionUpdate.newHandle;
  if (goAway !== undefined) void connection.then((going) => going.close());
}

/** One connection from beginning to end; what waits for the user is told to the model with each new one. */
async function converse() {
  let onclose;
  const closed = new Promise((resolve) => {
    onclose = resolve;
  });
  const opening = google.live.connect({
    model: GEMINI_LIVE_MODEL,
    config: {
      responseModalities: [Modality.AUDIO],
      systemInstruction: `${PERSONA}\n${bridge.instructions()}`,
      tools: [{ functionDeclarations: bridge.functionDeclarations({ format: 'gemini', permission: 'full' }) }],
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      sessionResumption: resumeHandle === undefined ? {} : { handle: resumeHandle },
    },
    callbacks: { onmessage: (message) => onMessage(message, opening), onclose, onerror: () => {} },
  });
  session = await Promise.race([opening, closed.then(() => null)]);
  if (session !== null) print('[connected]');
  await closed;
  session = null;
  utterance = '';
  modelSpeaks = false;
}

const typed = createInterface({ input: process.stdin });
typed.on('line', async (line) => {
  const said = line.trim() === '' ? null : await hear(line.trim());
  if (said !== null) session?.sendRealtimeInput({ text: said });
});
const leave = () => {
  closing = true;
  session?.close();
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
