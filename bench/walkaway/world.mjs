// What stands outside of every contestant: the model, the projects with their ledgers, and the webhook that takes notifications.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startFakeN8n, waitUntil } from '../../packages/testkit/dist/index.js';
import { layDown, newProject } from '../project.mjs';
import { LEDGER } from './jobs.mjs';

/** On a busy machine the slowest of them takes its time to start. */
const PATIENCE_MS = 180_000;

const linesOf = (project) =>
  readFileSync(join(project, LEDGER), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

export async function openWorld(base) {
  const model = fork(fileURLToPath(new URL('model.mjs', import.meta.url)));
  const [{ port }] = await once(model, 'message');
  const tell = async (message) => {
    model.send(message);
    return (await once(model, 'message'))[0];
  };
  const n8n = await startFakeN8n();
  let serial = 0;

  return {
    base,
    url: `http://127.0.0.1:${port}`,
    n8n,
    /** No two jobs of a run have the same. */
    newKey: () => `k${(++serial).toString(36)}x${process.pid.toString(36)}`,
    /** Lays the project down and lets the model know the job. */
    async place(job) {
      const project = newProject(join(base, 'projects', job.key), job.files);
      layDown(project, job.dirty ?? {});
      const { key, steps, says } = job;
      await tell({ job: { key, project, steps, says } });
      return project;
    },
    ledger: (project) => linesOf(project),
    /** Lines on the ledger of `project`, once there are so many. */
    async ledgerOf(project, lines) {
      return waitUntil(
        () => {
          const found = linesOf(project);
          return found.length >= lines && found;
        },
        { timeoutMs: PATIENCE_MS, what: `${lines} lines in the ledger` },
      );
    },
    /** When the model's first wish in this job had left. */
    async wishedAt(key) {
      const { asked } = await tell({});
      return asked.find((entry) => entry.key === key && entry.call).at;
    },
    until: (what, predicate, timeoutMs = PATIENCE_MS) => waitUntil(predicate, { timeoutMs, what }),
    /** Nobody takes notifications for so long. */
    async fail(ms) {
      n8n.faults({ status: 503 });
      await delay(ms);
      n8n.faults({});
    },
    async close() {
      if (model.connected) model.disconnect();
      await n8n.close();
      rmSync(base, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
