// This product as its owner runs it: `tars up`, its HTTP, its command line, and the webhook it tells of everything.
import { carriersOf, killNow } from '../../../e2e/faults/processes.mjs';
import { CODE, openHouse, TARS, tarsEnv } from '../../session/house.mjs';
import { crashOf, run } from '../processes.mjs';

/** A task that asks is answered by nobody for so long, then fails; five minutes unless set. */
const UNANSWERED_MINUTES = '0.25';
const ENDINGS = new Set(['task_complete', 'error', 'task_cancelled']);

export async function open({ base, url, n8n, fail, until }) {
  const settings = { base, url, name: 'tars', updates: `${n8n.url}/webhook/tars` };
  const env = { ...tarsEnv(settings), CONFIRMATION_TIMEOUT_MINUTES: UNANSWERED_MINUTES };
  let house = await openHouse(env);

  const ask = async (path, body) => {
    const answer = await fetch(`${house.api}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return answer.json();
  };
  const tars = (args, cwd) => run(process.execPath, [TARS, ...args], { env, cwd });
  const updatesOf = ({ id }) => n8n.deliveries().filter(({ path, body }) => path === '/webhook/tars' && body.task_id === id);
  const start = async ({ project, goal }) => ({ id: (await ask('/api/tasks', { goal, project, session_id: project })).task_id, project });

  const outcome = async ({ id }) => {
    const { status, awaiting_confirmation: isWaiting, proof } = await ask(`/api/tasks/${id}`);
    const said = updatesOf({ id }).at(-1)?.body.message ?? '';
    if (status === 'finished') return { state: proof?.verdict === 'VERIFIED' ? 'done' : 'doubted', said };
    if (['failed', 'timeout', 'cancelled'].includes(status)) return { state: 'failed', said };
    return { state: isWaiting ? 'waiting' : 'working', said };
  };

  return {
    start,
    startByApi: start,
    async startByCommand({ project, goal }) {
      const { stdout } = await tars(['start', goal, '--project', project, '--json'], project);
      return { id: JSON.parse(stdout).task_id, project };
    },
    async asked({ id }, withinMs) {
      const { body } = await n8n.waitFor(({ body: { type, task_id: of } }) => type === 'confirmation_request' && of === id, withinMs);
      return { id: body.confirmation_id };
    },
    async answer({ id }) {
      const { status, message } = await ask('/webhook/background-confirmation', { task_id: id, confirmation_code: CODE });
      if (status !== 'ok') throw new Error(message);
    },
    async cancel({ id }) {
      await ask(`/api/tasks/${id}/cancel`, {});
      await until('the cancel', async () => (await ask(`/api/tasks/${id}`)).status === 'cancelled');
    },
    crash: () => crashOf(base, ['node', 'redis-server']),
    async crashWorker({ id }) {
      const own = carriersOf([base]).map(({ pid }) => pid);
      for (const { pid } of carriersOf([`tars-runner ${id} `])) if (own.includes(pid)) await killNow(pid);
    },
    async recover() {
      house = await openHouse(env);
      return 'by itself';
    },
    outcome,
    told: (handle) =>
      updatesOf(handle).map(({ headers, body }) => ({
        id: headers['webhook-id'],
        text: body.message,
        isEnd: ENDINGS.has(body.type),
      })),
    deafen: fail,
    async undo({ id, project }) {
      const { code, stderr } = await tars(['undo', id], project);
      if (code !== 0) throw new Error(stderr);
    },
    close: () => house.close(),
  };
}
