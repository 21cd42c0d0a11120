// tars diff: what a task has changed in its project, as of its last snapshot.
import { isSettled, type TaskDiff, viewDiff } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { json, note, out, type Terminal } from './terminal.js';
import { whichTask } from './which-task.js';
import { withControl } from './with-control.js';

/** More names than this nobody reads. */
const SHOWN_NAMES = 10;

export const diff = defineCommand({
  usage: 'diff <id>',
  details: [
    'Prints a unified diff, for a running task as of its last snapshot. Files that git ignores are not shown;',
    'what no snapshot holds (node_modules, .env, very large files) is listed on stderr. Secrets are taken out.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [said, ...more] = positionals;
    if (said === undefined || more.length > 0) throw new Stop(EXIT.usage, 'Which task? Usage: tars diff <id>. `tars list` shows the ids.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ store }) => {
      const task = await whichTask(store, said);
      const found = await store.diff(task.id);
      if (values.json) json(terminal, viewDiff(task.id, found));
      else if (found === null) note(terminal, `No change by task #${task.id} is known${isSettled(task.state) ? '' : ' yet'}.`);
      else show(terminal, found);
      return EXIT.ok;
    });
  },
});

function show(terminal: Terminal, { at, files, insertions, deletions, patch, isCut, leftOut }: TaskDiff): void {
  // To a program it goes byte for byte, so that it can be applied.
  if (terminal.stdout.isTTY) out(terminal, patch.trimEnd());
  else terminal.stdout.write(patch);
  const when = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  note(
    terminal,
    `${files.length} files, +${insertions} -${deletions}, as of ${when} UTC.${isCut ? ' The diff is cut: it is too long to be kept whole.' : ''}`,
  );
  if (leftOut.length === 0) return;
  const names = leftOut.slice(0, SHOWN_NAMES).map(({ path, why }) => `${path} (${why})`);
  const rest = leftOut.length > SHOWN_NAMES ? `, and ${leftOut.length - SHOWN_NAMES} more` : '';
  note(terminal, `Not in it, and not touched by an undo: ${names.join(', ')}${rest}.`);
}
