// tars answer: what the owner says to a task that asked.
import { type Answered, answeredSentence, answerQuestion } from '@tars/core';
import { defineCommand, ENV_FILE, HELP, JSON_OUTPUT } from './command.js';
import { EXIT, type ExitCode, Stop } from './exit-code.js';
import { readSettings } from './settings.js';
import { json, note, out } from './terminal.js';
import { withControl } from './with-control.js';

const EXIT_CODE: Readonly<Record<Answered['outcome'], ExitCode>> = {
  answered: EXIT.ok,
  goes_on: EXIT.ok,
  stopped: EXIT.ok,
  expired: EXIT.failed,
  nothing_asked: EXIT.failed,
  not_yet: EXIT.failed,
  no_text: EXIT.usage,
  is_secret: EXIT.usage,
  not_understood: EXIT.usage,
  unknown_task: EXIT.usage,
  ambiguous_task: EXIT.usage,
};

export const answer = defineCommand({
  usage: 'answer <id> "<text>"',
  details: [
    'The text reaches the agent, which goes on with it; a number stands for the option of that number. `tars status <id>` shows what is asked.',
    'A task at its cost limit takes "go on", an amount ("$3") or "stop".',
    'Never answer with your confirmation code: it is taken out before the agent sees it. Codes are given with `tars confirm`.',
  ],
  options: { help: HELP, json: JSON_OUTPUT, 'env-file': ENV_FILE },
  async run({ values, positionals }, terminal) {
    const [taskId, text = '', ...more] = positionals;
    if (taskId === undefined || text.trim() === '' || more.length > 0) {
      throw new Stop(EXIT.usage, 'Which task, and what? Usage: tars answer <id> "<text>", the text in quotes.');
    }
    return withControl(readSettings(terminal, values['env-file']), terminal, async ({ store, redact }) => {
      const result = await answerQuestion(store, { taskId, text, channel: 'cli', redact, at: Date.now() });
      const exitCode = EXIT_CODE[result.outcome];
      const message = answeredSentence(result);
      const isAnswered = exitCode === EXIT.ok;
      if (values.json) {
        const task = result.taskId === '' ? {} : { task_id: result.taskId };
        json(terminal, { status: isAnswered ? 'ok' : 'error', reason: result.outcome, message, ...task });
      } else if (isAnswered) out(terminal, message);
      else note(terminal, result.outcome === 'unknown_task' ? `${message} \`tars list\` shows the ids there are.` : message);
      return exitCode;
    });
  },
});
