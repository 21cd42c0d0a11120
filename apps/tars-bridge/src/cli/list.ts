// tars list: all tasks, newest first, under a line that says how things stand.
import { oneLine, STATES, viewTask } from '@tars/core';
import { alive, type Control, keys } from '@tars/core/redis';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { doing, shortened, since } from './show-task.js';
import { json, out } from './terminal.js';
import { withControl } from './with-control.js';

export const list = defineCommand({
  usage: 'list [--state S]',
  details: [`States: ${STATES.join(', ')}.`],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    state: { type: 'string', value: 'S', choices: STATES, help: 'Only tasks of this state.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 0) throw new Stop(EXIT.usage, 'tars list takes no arguments; `tars status <id>` shows one task.');
    const state = STATES.find((known) => known === values.state);
    if (values.state !== undefined && state === undefined) {
      throw new Stop(EXIT.usage, `There is no state ${JSON.stringify(values.state)}. States: ${STATES.join(', ')}.`);
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async (control) => {
      const [counts, tasks] = await Promise.all([count(control), control.store.list(state === undefined ? {} : { state })]);
      if (values.json) {
        json(terminal, { ...counts, tasks: tasks.map(viewTask) });
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
      return EXIT.ok;
    });
  },
});

/** Every task counts once: one that waits for a human is not running. */
async function count({ store, redis }: Control) {
  const [open, failed, workers] = await Promise.all([store.unsettled(), redis.zCard(keys.byState('failed')), alive(redis, 'worker')]);
  const started = open.filter((task) => task.state === 'started');
  const waiting = started.filter((task) => task.confirmation !== null || task.question !== null);
  return {
    queued: open.filter((task) => task.state === 'queued').length,
    running: started.length - waiting.length,
    waiting: waiting.length,
    failed,
    workers_alive: workers.length,
  };
}
