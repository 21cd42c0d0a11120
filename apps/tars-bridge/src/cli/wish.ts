// A command that is one wish for one task: its id in, the function's sentence out.
import type { FunctionName } from '@tars/core';
import { type Command, defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, Stop } from './exit-code.js';
import { report } from './function-outcome.js';
import { newSession } from './session.js';
import { readSettings } from './settings.js';
import { withControl } from './with-control.js';

export const wish = (name: string, functionName: FunctionName, details: readonly string[]): Command =>
  defineCommand({
    usage: `${name} <id>`,
    details,
    options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
    async run({ values, positionals }, terminal) {
      const [id, ...more] = positionals;
      if (id === undefined || more.length > 0)
        throw new Stop(EXIT.usage, `Which task? Usage: tars ${name} <id>. \`tars list\` shows the ids.`);
      return withControl(readSettings(terminal, values['env-file']), terminal, async ({ functions }) => {
        const answer = await functions.call(functionName, { task_id: id }, { sessionId: newSession(), channel: 'cli' });
        return report(terminal, answer, { asJson: values.json ?? false, said: id });
      });
    },
  });
