// The commands whose name is taken and whose work is not there yet: each says so, and what helps meanwhile.
import { type Command, HELP } from './command.js';
import { EXIT, Stop } from './exit-code.js';

const MEANWHILE = {
  n8n: ['n8n export DIR', 'docs/N8N_BACKGROUND_TASKS_SETUP.md tells how to build the two workflows.'],
} as const;

export type NotYet = keyof typeof MEANWHILE;

export function notYet(name: NotYet): Command {
  const [usage, help] = MEANWHILE[name];
  const sentence = `tars ${name} is not there yet: ${help}`;
  return {
    usage,
    details: [sentence],
    options: { help: HELP },
    async run() {
      throw new Stop(EXIT.usage, sentence);
    },
  };
}
