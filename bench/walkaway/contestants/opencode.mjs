// opencode as a server: its HTTP sessions, and its stream of events as the way to the owner.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findPeer } from '../../peers.mjs';
import { MODEL } from '../../session/house.mjs';
import { notApplicable } from '../interface.mjs';
import { crashOf, lineReader } from '../processes.mjs';

const ASKS = [{ permission: 'bash', pattern: '*', action: 'ask' }];

export async function open({ base, url, folder, until }) {
  const peer = findPeer('opencode', { folder, base, url });
  if (peer === null) return null;
  let address;
  let reading = new AbortController();
  const events = [];

  const ask = async (path, project, body) => {
    const answer = await fetch(`${address}${path}?directory=${encodeURIComponent(project)}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
    return text === '' ? null : JSON.parse(text);
  };
  /** Resolves once it hears; then goes on by itself until the reader leaves or the server dies. */
  const listen = async () => {
    reading = new AbortController();
    const answer = await fetch(`${address}/global/event`, { signal: reading.signal });
    const read = async () => {
      const lines = lineReader((line) => line.startsWith('data:') && events.push(JSON.parse(line.slice(5)).payload));
      for await (const text of answer.body.pipeThrough(new TextDecoderStream())) lines(text);
    };
    read().catch(() => {});
  };
  const openServer = async () => {
    const server = spawn(peer.file, [...peer.before, 'serve', '--port', '0'], {
      env: peer.env,
      cwd: base,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    server.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    address = (await until('opencode to listen', () => /http:\/\/[\d.]+:\d+/.exec(said)))[0];
    await listen();
  };
  await openServer();

  const crash = () => crashOf(base, ['opencode.exe', 'opencode', 'node']);
  const eventsOf = ({ id }) =>
    events.filter(
      ({ properties }) => properties?.sessionID === id || properties?.part?.sessionID === id || properties?.info?.sessionID === id,
    );
  const say = ({ id, project }, text) =>
    ask(`/session/${id}/prompt_async`, project, {
      model: { providerID: 'anthropic', modelID: MODEL },
      parts: [{ type: 'text', text }],
    });
  const start = async ({ project, goal, asks = false }) => {
    const { id } = await ask('/session', project, asks ? { permission: ASKS } : {});
    const handle = { id, project };
    await say(handle, goal);
    return handle;
  };

  return {
    start,
    startByApi: start,
    startByCommand: notApplicable('none that returns at once'),
    async asked(handle, withinMs) {
      const { properties } = await until('the ask', () => eventsOf(handle).find(({ type }) => type === 'permission.asked'), withinMs);
      return properties;
    },
    answer: ({ project }, { id }) => ask(`/permission/${id}/reply`, project, { reply: 'once' }),
    cancel: ({ id, project }) => ask(`/session/${id}/abort`, project, {}),
    crash,
    crashWorker: notApplicable('one process'),
    async recover(handle) {
      await openServer();
      handle.from = events.length;
      await say(handle, 'Continue the job.');
      return 'when told to';
    },
    async outcome(handle) {
      const seen = eventsOf(handle).filter((event) => events.indexOf(event) >= (handle.from ?? 0));
      if (seen.some(({ type }) => type === 'session.idle')) {
        const messages = await ask(`/session/${handle.id}/message`, handle.project);
        const said = messages.at(-1)?.parts.findLast(({ type }) => type === 'text')?.text ?? '';
        return { state: messages.at(-1)?.info.error === undefined ? 'done' : 'failed', said };
      }
      const asks = await ask('/permission', handle.project);
      return { state: asks.some(({ sessionID }) => sessionID === handle.id) ? 'waiting' : 'working', said: '' };
    },
    told: (handle) =>
      eventsOf(handle).flatMap(({ type, properties: { part } }) => {
        if (type === 'session.idle') return [{ id: 'idle', text: '', isEnd: true }];
        return type === 'message.part.updated' && part.type === 'tool' && part.state.status === 'completed'
          ? [{ id: part.id, text: part.state.output, isEnd: false }]
          : [];
      }),
    async deafen(ms) {
      reading.abort();
      await delay(ms);
      await listen();
    },
    async undo({ id, project }) {
      const messages = await ask(`/session/${id}/message`, project);
      await ask(`/session/${id}/revert`, project, { messageID: messages.find(({ info }) => info.role === 'user').info.id });
    },
    async close() {
      reading.abort();
      await crash();
    },
    version: peer.version,
    title: peer.title,
  };
}
