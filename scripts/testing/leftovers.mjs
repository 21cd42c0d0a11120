// Finds processes that outlived the run that started them, by a mark in their environment.
import { readdirSync, readFileSync } from 'node:fs';

const MARK = 'TARS_TEST_RUN';

/** The environment of a run whose processes can be told from all others. */
export const markedEnvironment = (env, run) => ({ ...env, [MARK]: run });

/** Processes of the marked run that are alive now, `{ pid, command }` each; null where the platform does not tell. */
export function leftovers(run) {
  if (process.platform !== 'linux') return null;
  const mark = `${MARK}=${run}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(pid, 'environ').split('\0').includes(mark))
    .map((pid) => ({ pid: Number(pid), command: read(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

/** Empty for a process that has just ended, or is another user's. */
function read(pid, what) {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}
