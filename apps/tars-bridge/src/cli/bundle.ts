// tars bundle: the work of a task whose project is a git address, as a file that git fetches from.
import type { BundleFacts, Task } from '@tars/core';
import { defineCommand, ENV_FILE, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { note, type Terminal } from './terminal.js';
import { whichTask } from './which-task.js';
import { withControl } from './with-control.js';

export const bundle = defineCommand({
  usage: 'bundle <id> > FILE',
  details: [
    'Writes a git bundle of the branch tars/<id>, for a task that works in a clone (--project URL). In a clone of yours that has the',
    'commit it began at: `git fetch FILE tars/<id>:tars/<id>`. Of a task that has not ended there is one once it has paused.',
  ],
  options: { help: HELP, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [said, ...more] = positionals;
    if (said === undefined || more.length > 0)
      throw new Stop(EXIT.usage, 'Which task? Usage: tars bundle <id> > FILE. `tars list` shows the ids.');
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ store }) => {
      const task = await whichTask(store, said);
      const found = await store.bundle(task.id);
      if (found === null) throw new Stop(EXIT.failed, whyNone(task));
      if (terminal.stdout.isTTY)
        throw new Stop(EXIT.usage, `A bundle is nothing to read. Write it to a file: tars bundle ${task.id} > ${task.id}.bundle`);
      await write(terminal, found.bytes);
      note(terminal, wayIn(task.id, found.facts));
      return EXIT.ok;
    });
  },
});

function whyNone({ id, repository, delivery }: Task): string {
  if (repository === null) return `Task #${id} works in a folder, not in a clone: \`tars diff ${id}\` shows what it changed.`;
  if (delivery?.bundle.kind === 'none') return `Task #${id} has changed nothing.`;
  if (delivery?.bundle.kind === 'host')
    return `The bundle of task #${id} is too large for the record: ${delivery.bundle.file} on ${delivery.bundle.host}.`;
  return `There is no bundle of task #${id} yet: it comes with its end.`;
}

const wayIn = (id: string, { branch, base, bytes }: BundleFacts): string =>
  `${bytes} bytes, on top of ${base.slice(0, 10)}. In your clone: git fetch ${id}.bundle ${branch}:${branch}`;

/** All of it, however slowly it is read. */
const write = ({ stdout }: Terminal, bytes: Buffer): Promise<void> =>
  new Promise((written, failed) => {
    stdout.write(bytes, (error) => (error ? failed(error) : written()));
  });
