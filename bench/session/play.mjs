// One session of one contestant against the model that answers at once, and what is to be read from it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newProject } from '../project.mjs';

export const REQUESTS = 50;
const GOAL = 'Run the steps of the job one by one, then write RESULT.txt.';
const FILES = { 'README.md': '# A job\n', 'package.json': '{ "name": "job", "version": "1.0.0", "private": true }\n' };

const sorted = (values) => [...values].sort((one, two) => one - two);
export const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
export const median = (values) => quantile(values, 0.5);

/** `{ url, play(contestant, watch), newProject(), close() }`; projects lie under `base`. */
export async function openSessions(base) {
  const model = fork(fileURLToPath(new URL('model.mjs', import.meta.url)));
  const [{ port }] = await once(model, 'message');
  const asked = async (message) => {
    model.send(message);
    return (await once(model, 'message'))[0];
  };
  let projects = 0;
  const fresh = () => newProject(join(base, 'projects', `job${++projects}`), FILES);

  return {
    url: `http://127.0.0.1:${port}`,
    newProject: fresh,
    /** `{ faults }` when it went wrong, for what was not done cannot be fast. */
    async play(contestant, watch) {
      const project = fresh();
      await asked({ begin: project });
      const { startedAt, endedAt, memory, trouble } = await contestant.run({ project, goal: GOAL, watch });
      const { run } = await asked({});
      const main = run.requests.filter(({ isSide }) => !isSide);
      const faults = [...(trouble === null ? [] : [trouble]), ...run.faults];
      if (main.length !== REQUESTS) faults.push(`${main.length} requests`);
      if (faults.length > 0) return { faults };
      const turns = main.slice(1).map(({ arrivedAt }, at) => arrivedAt - main[at].leftAt);
      return {
        faults,
        wall: endedAt - startedAt,
        first: main[0].arrivedAt - startedAt,
        turn: median(turns),
        turn95: quantile(turns, 0.95),
        end: endedAt - main.at(-1).leftAt,
        bytes: run.requests.reduce((sum, { bytes }) => sum + bytes, 0),
        firstBytes: main[0].bytes,
        memory,
      };
    },
    close() {
      if (model.connected) model.disconnect();
    },
  };
}
