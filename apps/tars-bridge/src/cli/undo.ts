// tars undo: takes back what a task did to its project, where the project is.
import { undoTask } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

const WAIT_MS = 60_000;

export const undo = defineCommand({
  usage: 'undo <id> [--to N] [--force]',
  details: [
    'Puts the files the task changed back to what they were before it: content, modes, links, folders, what was deleted.',
    'What git has stored (commits, branches), what tools fetch or make (node_modules, …) and secrets (.env) is left alone;',
    '`tars diff <id>` lists what is left out. The task must have ended or be paused.',
    'Where you have changed the same files since, nothing is done and they are shown; --force takes them back too.',
    'Every undo keeps how the project was: `tars undo <id> --to redo` brings that back.',
  ],
  options: {
    help: HELP,
    json: JSON_OUTPUT,
    to: { type: 'string', value: 'N', help: 'Back to before turn N, as `tars logs` counts; 7.2 is its second call; redo the last undo.' },
    force: { type: 'boolean', help: 'Also over what was changed since.' },
    'env-file': ENV_FILE,
  },
  async run({ values, positionals }, terminal) {
    const [said, ...more] = positionals;
    if (said === undefined || more.length > 0)
      throw new Stop(EXIT.usage, 'Which task? Usage: tars undo <id> [--to N]. `tars list` shows the ids.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ store, redis, news }) => {
      const { to, force } = values;
      const answer = await undoTask({ store, redis, news, clock: Date.now }, { said, to, force, waitMs: WAIT_MS }, { channel: 'cli' });
      const exitCode = report(terminal, answer, { asJson: values.json ?? false, said });
      return answer.status === 'undoing' ? EXIT.failed : exitCode;
    });
  },
});
