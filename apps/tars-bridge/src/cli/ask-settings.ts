// The few settings most people fill in, asked one by one, each checked before the next.
import { parseConfig } from '@tars/core/env';
import { EXIT, Stop } from './exit-code.js';
import { askHidden, askShown } from './prompt.js';
import { note, type Terminal } from './terminal.js';

const QUESTIONS: readonly { name: string; question: string; ask: typeof askShown }[] = [
  { name: 'ANTHROPIC_API_KEY', question: 'Key for Claude, from the Claude Console', ask: askHidden },
  { name: 'CONFIRMATION_CODE', question: 'Confirmation code for destructive commands, 4 to 12 digits that only you know', ask: askHidden },
  { name: 'N8N_WEBHOOK_URL', question: 'Address of your n8n workflow, for updates on Discord', ask: askShown },
  { name: 'PROJECTS_ROOT', question: 'Folder that holds your projects (your home folder when left empty)', ask: askShown },
];

/** Asks for what `given` does not hold; an empty answer leaves a setting out. */
export async function askSettings(terminal: Terminal, given: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const { name, question, ask } of QUESTIONS.filter((one) => given[one.name] === undefined)) {
    for (;;) {
      const typed = await ask(terminal, `${question}: `, terminal.signal);
      if (typed.kind !== 'line') throw new Stop(EXIT.interrupted, 'Nothing was written.');
      const value = typed.line.trim();
      const parsed = parseConfig({ [name]: value });
      if (parsed.ok) {
        if (value !== '') answers[name] = value;
        break;
      }
      for (const problem of parsed.problems) note(terminal, problem);
    }
  }
  return answers;
}
