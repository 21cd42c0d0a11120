// tars list: all tasks, newest first, under a line that says how things stand.
import { oneLine, STATES, viewTask } from '@tars/core';
import { alive, type Control } from '@tars/core/redis';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { doing, shortened, since } from './show-task.js';
import { json, out } from './terminal.js';
import { withControl } from './with-control.js';

export const list = defineCommand({
  usage: 'list [--state S] [--before ID]',
  details: [`States: ${STATES.join(', ')}. Fifty at a time; \`--before\` goes on with those that are older than a task.`],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    state: { type: 'string', value: 'S', choices: STATES, help: 'Only tasks of this state.' },
    before: { type: 'string', value: 'ID', help: 'Only tasks older than this one.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars list takes no arguments; `tars status <id>` shows one task.');
    const state = STATES.find((known) => known === values.state);
    if (values.state !== undefined && state === undefined) {
      throw new Stop(EXIT.usage, `There is no state ${JSON.stringify(values.state)}. States: ${STATES.join(', ')}.`);
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async (control) => {
      const { before } = values;
      const filter = { ...(state === undefined ? {} : { state }), before: before?.trim().toLowerCase().replace(/^#/, '') };
      const [counts, page] = await Promise.all([count(control), control.store.page(filter)]);
      if (page === null) throw new Stop(EXIT.usage, `Task not found, sir. (${JSON.stringify(before)})`);
      const { tasks, more } = page;
      if (values.json) {
        json(terminal, { ...counts, tasks: tasks.map(viewTask), more });
        return EXIT.ok;
      }
      const { queued, running, waiting, failed, workers_alive } = counts;
      out(terminal, `queued ${queued} · running ${running} · waiting ${waiting} · failed ${failed} · workers alive ${workers_alive}`);
      const now = Date.now();
      for (const task of tasks) {
        out(
          terminal,
          `${task.id}  ${doing(task).padEnd(16)}  ${since(task.createdAt, now).padEnd(6)}  ${shortened(oneLine(task.goal), 60)}  (${task.project})`,
        );
      }
      const last = tasks.at(-1);
      if (last !== undefined && more > 0)
        out(terminal, `… and ${more} older: tars list${state === undefined ? '' : ` --state ${state}`} --before ${last.id}`);
      return EXIT.ok;
    });
  },
});

/** Every task counts once: one that waits for a human is not running. */
async function count({ store, redis }: Control) {
  const [{ queued, started, waiting, failed }, workers] = await Promise.all([store.counts(), alive(redis, 'worker')]);
  return { queued, running: started - waiting, waiting, failed, workers_alive: workers.length };
}
