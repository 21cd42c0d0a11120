// pi in its RPC mode, one process a job, with the permission gate that comes with it as an example.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findPeer } from '../../peers.mjs';
import { MODEL } from '../../session/house.mjs';
import { notApplicable } from '../interface.mjs';
import { crashOf, lineReader } from '../processes.mjs';

export async function open({ base, url, folder, until }) {
  const peer = findPeer('pi', { folder, base, url });
  if (peer === null) return null;
  const sessions = join(peer.home, 'sessions');
  mkdirSync(sessions, { recursive: true });
  const gate = join(peer.root, 'examples/extensions/permission-gate.ts');
  const args = ['--mode', 'rpc', '--provider', 'anthropic', '--model', MODEL, '--session-dir', sessions, '--extension', gate];

  const open = (handle) => {
    const child = spawn(peer.file, [...peer.before, ...args, '--session-id', handle.id], {
      env: peer.env,
      cwd: handle.project,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // Struck down, it takes no more.
    child.stdin.on('error', () => {});
    handle.send = (command) => child.stdin.write(`${JSON.stringify(command)}\n`);
    const lines = lineReader((line) => line.startsWith('{') && handle.records.push(JSON.parse(line)));
    child.stdout.setEncoding('utf8').on('data', lines);
  };
  const crash = () => crashOf(base, ['node']);
  const recordOf = (handle, what, matches, withinMs) => until(what, () => handle.records.find(matches), withinMs);
  const say = async (handle, message) => {
    const id = randomUUID();
    handle.send({ id, type: 'prompt', message });
    const { success, error } = await recordOf(
      handle,
      'an answer to the prompt',
      (record) => record.type === 'response' && record.id === id,
    );
    if (!success) throw new Error(error);
  };

  const start = async ({ project, goal }) => {
    const handle = { id: randomUUID(), project, records: [] };
    open(handle);
    await say(handle, goal);
    return handle;
  };

  return {
    start,
    startByApi: start,
    startByCommand: notApplicable('none that returns at once'),
    asked: (handle, withinMs) =>
      recordOf(handle, 'the ask', ({ type, method }) => type === 'extension_ui_request' && method === 'select', withinMs),
    answer: async (handle, { id }) => handle.send({ type: 'extension_ui_response', id, value: 'Yes' }),
    async cancel(handle) {
      const id = randomUUID();
      handle.send({ id, type: 'abort' });
      await recordOf(handle, 'the abort', (record) => record.type === 'response' && record.id === id);
    },
    crash,
    crashWorker: notApplicable('one process'),
    async recover(handle) {
      open(handle);
      await say(handle, 'Continue the job.');
      return 'when told to';
    },
    async outcome({ records }) {
      const settled = records.findLastIndex(({ type }) => type === 'agent_settled');
      const prompted = records.findLastIndex(({ type, command }) => type === 'response' && command === 'prompt');
      const asks = records.filter(({ type, method }) => type === 'extension_ui_request' && method === 'select').length;
      const said = records.findLast(({ type, message }) => type === 'message_end' && message.role === 'assistant');
      if (settled > prompted)
        return { state: said?.message.stopReason === 'error' ? 'failed' : 'done', said: JSON.stringify(said?.message.content) };
      return { state: asks > 0 ? 'waiting' : 'working', said: '' };
    },
    // Its events are on the output of a process that must stay: nobody is told who is not there.
    told: notApplicable('sends none'),
    deafen: notApplicable('sends none'),
    // Its example of git checkpoints forgets them at the end of the run.
    undo: notApplicable('no command'),
    close: crash,
    version: peer.version,
    title: peer.title,
  };
}
