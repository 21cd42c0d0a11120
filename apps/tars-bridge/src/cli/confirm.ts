// tars confirm: one code for the one command a task waits with.
import { agentWords, type ConfirmationRequest, oneLine, shown } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { readCode } from './read-code.js';
import { readSettings } from './settings.js';
import { reportSubmitted } from './submitted.js';
import { note } from './terminal.js';
import { withControl } from './with-control.js';

/** Everything a person needs to decide: the command undisguised, what it would do, and the agent's own words apart. */
function requestText(id: string, { command, cwd, reason, effect, changed, access, agentSays }: ConfirmationRequest): string {
  const lines = [
    ['Reason', reason],
    ['Would do', effect ?? ''],
    ['Gets', access.join(', ')],
    ['Asked again', changed ?? ''],
    ['Agent says', oneLine(agentWords(agentSays))],
  ];
  const facts = lines.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
  return `Task #${id} wants to run, in ${shown(cwd)}:\n\n  ${shown(command)}\n\n${facts.join('\n')}\n`;
}

export const confirm = defineCommand({
  usage: 'confirm [id]',
  details: [
    'Asks for the code without showing it, or reads it from stdin. It is never an argument: those stay in the shell history.',
    'Without an id the only waiting task is meant. Exits 0 when the code was right, 1 when it was not taken.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    if (positionals.length > 1) {
      throw new Stop(EXIT.usage, 'tars confirm takes one task id. The code is asked for, or read from stdin; it is never an argument.');
    }
    const [said] = positionals;
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ confirmations, store }) => {
      const waiting = (await store.waiting()).filter(
        ({ id, confirmation }) => confirmation !== null && (said === undefined || said.toLowerCase() === id),
      );
      const asked = waiting.length === 1 ? waiting[0] : undefined;
      if (terminal.stdin.isTTY && asked?.confirmation) {
        note(terminal, requestText(asked.id, asked.confirmation));
      }
      const code = await readCode(terminal);
      // What was shown is what the code is for, even if the task asks for something else by now.
      const target = asked === undefined ? { taskId: said } : { taskId: asked.id, confirmationId: asked.confirmation?.id };
      return reportSubmitted(terminal, await confirmations.submit({ ...target, code, channel: 'cli' }), values.json ?? false);
    });
  },
});
