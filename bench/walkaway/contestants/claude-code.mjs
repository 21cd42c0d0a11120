// Claude Code in the background (`claude --bg`), asking and telling by its hooks.
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { killNow } from '../../../e2e/faults/processes.mjs';
import { findPeer } from '../../peers.mjs';
import { KEY, MODEL } from '../../session/house.mjs';
import { notApplicable } from '../interface.mjs';
import { crashOf, run } from '../processes.mjs';

/** As long as it lets a hook take. */
const HOOK_SECONDS = 600;

export async function open({ base, url, folder, n8n, fail, until }) {
  const peer = findPeer('claude-code', { folder, base, url });
  if (peer === null) return null;
  // What a person agrees to when it is first opened: the key, that nothing is asked, and each folder.
  const consent = join(peer.home, '.claude.json');
  writeFileSync(
    consent,
    JSON.stringify({
      hasCompletedOnboarding: true,
      bypassPermissionsModeAccepted: true,
      customApiKeyResponses: { approved: [KEY], rejected: [] },
    }),
  );
  const trust = (project) => {
    const agreed = JSON.parse(readFileSync(consent, 'utf8'));
    const projects = { ...agreed.projects, [project]: { hasTrustDialogAccepted: true } };
    writeFileSync(consent, JSON.stringify({ ...agreed, projects }));
  };

  // The hook that asks waits for its answer as long as the owner takes.
  const asks = [];
  const desk = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asks.push({ ...JSON.parse(text), response });
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const hook = (to) => [{ matcher: '*', hooks: [{ type: 'http', url: to, timeout: HOOK_SECONDS }] }];
  const told = `${n8n.url}/webhook/claude-code`;
  mkdirSync(join(peer.home, '.claude'), { recursive: true });
  const settings = {
    // The project itself is worked on, as everybody else does.
    worktree: { bgIsolation: 'none' },
    hooks: { PermissionRequest: hook(`http://127.0.0.1:${desk.address().port}/`), PostToolUse: hook(told), Stop: hook(told) },
  };
  writeFileSync(join(peer.home, '.claude', 'settings.json'), JSON.stringify(settings));

  // Its checkpoints of files are on by themselves only where a person sits at the terminal.
  const env = { ...peer.env, CLAUDE_CODE_ENABLE_SDK_FILE_CHECKPOINTING: '1' };
  const claude = (args, cwd) => run(peer.file, [...peer.before, ...args], { env, cwd });
  const crash = () => crashOf(base, ['claude.exe', 'claude']);
  const idIn = ({ code, stdout, stderr }) => {
    const id = /backgrounded · (\w+)/.exec(stdout)?.[1];
    if (id === undefined) throw new Error(`exit code ${code}: ${stdout}${stderr}`);
    return id;
  };
  const sessions = async (project) => JSON.parse((await claude(['agents', '--json', '--all'], project)).stdout);
  const sessionOf = async ({ id, project }) => (await sessions(project)).find((session) => session.id === id);
  const heard = ({ id }) => n8n.deliveries().filter(({ path, body }) => path === '/webhook/claude-code' && body.session_id?.startsWith(id));
  const start = async ({ project, goal, asks: isAsking = false }) => {
    const mode = isAsking ? ['--permission-mode', 'manual'] : ['--dangerously-skip-permissions'];
    // Now and then its own sessions write the consent away again.
    const id = await until('a session in the background', async () => {
      trust(project);
      return idIn(await claude(['--bg', ...mode, '--model', MODEL, goal], project));
    });
    return { id, project };
  };

  return {
    start,
    startByApi: notApplicable('command line only'),
    startByCommand: start,
    asked: ({ id }, withinMs) => until('the ask', () => asks.find(({ session_id: of }) => of.startsWith(id)), withinMs),
    async answer(_handle, { response }) {
      const output = { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } } };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(output));
    },
    async cancel({ id, project }) {
      const { code, stderr } = await claude(['stop', id], project);
      if (code !== 0) throw new Error(stderr);
    },
    crash,
    async crashWorker(handle) {
      await killNow((await sessionOf(handle)).pid);
    },
    async recover(handle) {
      const { sessionId } = await sessionOf(handle);
      handle.from = heard(handle).length;
      idIn(await claude(['--bg', '--resume', sessionId, 'Continue the job.'], handle.project));
      // Until it runs, its list still says how it ended.
      await until('the session to run again', async () => (await sessionOf(handle)).state !== 'failed', 60_000).catch(() => null);
      return 'when told to';
    },
    async outcome(handle) {
      const stop = heard(handle)
        .slice(handle.from)
        .findLast(({ body }) => body.hook_event_name === 'Stop');
      if (stop !== undefined) return { state: 'done', said: stop.body.last_assistant_message ?? '' };
      const { state, detail = '' } = await sessionOf(handle);
      return { state: state === 'blocked' ? 'waiting' : state, said: detail };
    },
    told: (handle) =>
      heard(handle).map(({ body }, at) => ({
        id: body.tool_use_id ?? `${body.hook_event_name} ${at}`,
        text: JSON.stringify(body.tool_response ?? ''),
        isEnd: body.hook_event_name === 'Stop',
      })),
    deafen: fail,
    async undo({ id, project }) {
      const { sessionId } = await sessionOf({ id, project });
      const { transcript_path: transcript } = heard({ id }).at(-1).body;
      const records = readFileSync(transcript, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const { uuid } = records.find(({ type }) => type === 'user');
      // It rewinds no session that is still open.
      await claude(['stop', id], project);
      const { code, stdout, stderr } = await claude(['--resume', sessionId, '--rewind-files', uuid], project);
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
    },
    async close() {
      for (const { response } of asks) response.destroy();
      desk.close();
      await crash();
    },
    version: peer.version,
    title: peer.title,
  };
}
