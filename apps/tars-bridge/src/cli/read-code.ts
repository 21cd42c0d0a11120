// The confirmation code for a command: typed unseen, or the first line of stdin; never from the arguments.
import { EXIT, Stop } from './exit-code.js';
import { linesOf } from './lines.js';
import { askHidden } from './prompt.js';
import type { Terminal } from './terminal.js';

export async function readCode(terminal: Terminal): Promise<string> {
  const said = terminal.stdin.isTTY ? await typed(terminal) : await piped(terminal);
  const code = said.replace(/[\s-]/g, '');
  if (code === '') throw new Stop(EXIT.usage, 'No code was given. Type it when asked, or pipe it in.');
  return code;
}

async function typed(terminal: Terminal): Promise<string> {
  const answer = await askHidden(terminal, 'Confirmation code: ', terminal.signal);
  if (answer.kind === 'interrupted' || answer.kind === 'lapsed') throw new Stop(EXIT.interrupted, 'Nothing was confirmed.');
  return answer.kind === 'line' ? answer.line : '';
}

async function piped({ stdin }: Terminal): Promise<string> {
  for await (const line of linesOf(stdin)) return line;
  return '';
}
