// tars n8n: hands out the workflows that connect TARS with Discord, ready to be imported into n8n.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineCommand, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { note, out } from './terminal.js';
import { filledIn, readWorkflowSettings } from './workflow-settings.js';

/** The build lays them there; `deploy/n8n` of the repository is their source. */
const WORKFLOWS = fileURLToPath(new URL('../../dist/n8n/', import.meta.url));
const USAGE = 'Usage: tars n8n export DIR.';

export const n8n = defineCommand({
  usage: 'n8n export DIR [--channel ID] [--users IDS] [--tars-url URL]',
  details: [
    'Writes the workflows for n8n into DIR, which is made when it is not there, and prints the files. Import all or some of them:',
    '`n8n import:workflow --separate --input=DIR`, or one by one in the editor (Import from file). Each says in its notes what to set;',
    'the options set it here. Without them the workflows read the environment of n8n.',
  ],
  options: {
    help: HELP,
    channel: { type: 'string', value: 'ID', help: 'The Discord channel: its id.' },
    users: { type: 'string', value: 'IDS', help: 'Who may write to TARS: ids of Discord users, with commas between.' },
    'tars-url': { type: 'string', value: 'URL', help: 'Where n8n reaches the api of TARS.' },
  },
  async run({ values, positionals }, terminal) {
    const [deed, folder, ...more] = positionals;
    if (deed !== 'export' || folder === undefined || more.length > 0) throw new Stop(EXIT.usage, USAGE);
    const settings = readWorkflowSettings({ channel: values.channel, users: values.users, tarsUrl: values['tars-url'] });
    const target = resolve(folder);
    const names = (await readdir(WORKFLOWS)).sort();
    const files = await Promise.all(
      names.map(async (name) => ({ path: join(target, name), content: filledIn(await readFile(join(WORKFLOWS, name), 'utf8'), settings) })),
    );
    for (const { path, content } of files) {
      // Somebody may have set it up by hand.
      const there = await readFile(path, 'utf8').catch(absent);
      if (there !== null && there !== content)
        throw new Stop(EXIT.usage, `${path} is there already and differs. Nothing was written; name another folder, or move it away.`);
    }
    await mkdir(target, { recursive: true });
    for (const { path, content } of files) {
      await writeFile(path, content);
      out(terminal, path);
    }
    note(terminal, 'Next: import them into n8n. docs/N8N_BACKGROUND_TASKS_SETUP.md tells what else to set.');
    return EXIT.ok;
  },
});

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
